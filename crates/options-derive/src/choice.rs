//! Enum of plain variants → an `enum` option type with kebab-case words.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields};

/// The whole expansion for an enum.
pub(crate) fn expand(input: &DeriveInput) -> darling::Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(darling::Error::unsupported_shape("struct"));
    };
    if let Some(odd) = data.variants.iter().find(|v| !matches!(v.fields, Fields::Unit)) {
        return Err(darling::Error::custom("a choice has plain variants only").with_span(odd));
    }
    let ident = &input.ident;
    let variants: Vec<_> = data.variants.iter().map(|v| &v.ident).collect();
    let words: Vec<_> = variants.iter().map(|v| kebab(&v.to_string())).collect();
    Ok(quote! {
        impl #ident {
            /// All choices in order of declaration.
            pub const ALL: &'static [Self] = &[#(Self::#variants),*];

            /// The word in the manifest and in Nix.
            pub const fn as_str(self) -> &'static str {
                match self { #(Self::#variants => #words),* }
            }
        }
        impl ::std::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl ::std::str::FromStr for #ident {
            type Err = ();
            fn from_str(word: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|v| v.as_str() == word).ok_or(())
            }
        }
        impl ::options::OptionType for #ident {
            fn option_type() -> ::options::Type {
                ::options::Type::Enum(::std::vec![#(#words),*])
            }
        }
    })
}

/// `MultiSfu` → `multi-sfu`, as serde's `kebab-case`.
fn kebab(variant: &str) -> String {
    let mut out = String::new();
    for (i, c) in variant.char_indices() {
        if c.is_uppercase() && i > 0 {
            out.push('-');
        }
        out.extend(c.to_lowercase());
    }
    out
}
