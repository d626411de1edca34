//! Layer 0: `#[derive(Describe)]`, from doc comments and `#[option(…)]` to an option set and its layer.
//!
//! On a struct it implements `options::Describe` and `options::OptionType`, and writes `<Name>Layer`, the form in which
//! every option may be unset. On an enum of plain variants it implements `options::OptionType`, `Display` and `FromStr`
//! over the kebab-case names.

mod attributes;
mod choice;
mod layer;
mod set;

use proc_macro::TokenStream;
use syn::{Data, DeriveInput, parse_macro_input};

/// See the crate documentation. Attributes:
///
/// - on the struct: `#[describe(set = "edge")]` for a set of its own; without it the struct is a group inside a set;
/// - on a field: `#[option(default = EXPR, example = EXPR, feeds = "unit:key.path", derived, group)]`.
#[proc_macro_derive(Describe, attributes(describe, option))]
pub fn describe(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    let tokens = match &input.data {
        Data::Struct(_) => set::expand(&input),
        Data::Enum(_) => choice::expand(&input),
        Data::Union(_) => Err(darling::Error::unsupported_shape("union").with_span(&input.ident)),
    };
    tokens.unwrap_or_else(darling::Error::write_errors).into()
}
