use options_derive::Describe;

/// A set.
#[derive(Describe)]
struct Sample {
    /// An option.
    #[option(derived, feeds = "unit:key")]
    field: bool,
}

fn main() {}
