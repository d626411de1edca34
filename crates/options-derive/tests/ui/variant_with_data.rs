use options_derive::Describe;

/// A choice.
#[derive(Describe)]
enum Sample {
    /// With data.
    One(u8),
}

fn main() {}
