//! scratch
fn main() {
    for f in std::env::args().skip(1) {
        let v: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&f).unwrap()).unwrap();
        let n = 300;
        let best = (0..20).map(|_| { let t = std::time::Instant::now(); for _ in 0..n { std::hint::black_box(render::check_host(&v)); } t.elapsed() / n }).min().unwrap();
        let mut slow: Vec<_> = render::local::ALL.iter().map(|r| { ((0..20).map(|_| { let t = std::time::Instant::now(); for _ in 0..50 { let mut rep = diag::Report::new(); (r.check)(&v, &mut rep);} t.elapsed()/50}).min().unwrap(), r.code.as_str()) }).collect();
        let sum: std::time::Duration = slow.iter().map(|s| s.0).sum();
        slow.sort(); slow.reverse();
        println!("{f} {best:?} sum {sum:?} {:?}", &slow[..8]);
    }
}
