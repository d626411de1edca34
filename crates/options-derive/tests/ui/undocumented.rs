use options_derive::Describe;

/// A set.
#[derive(Describe)]
struct Sample {
    field: bool,
}

fn main() {}
