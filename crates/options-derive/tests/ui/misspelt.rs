use options_derive::Describe;

/// A set.
#[derive(Describe)]
struct Sample {
    /// An option.
    #[option(defualt = true)]
    field: bool,
}

fn main() {}
