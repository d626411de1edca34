//! Struct → `Describe`, `OptionType`, and its layer.

use darling::FromDeriveInput;
use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attributes::{FieldInput, SetInput, documentation};
use crate::layer;

/// The whole expansion for a struct.
pub(crate) fn expand(input: &DeriveInput) -> darling::Result<TokenStream> {
    let set = SetInput::from_derive_input(input)?;
    let fields =
        set.data.as_ref().take_struct().ok_or_else(|| darling::Error::unsupported_shape("enum"))?.fields;
    let mut errors = darling::Error::accumulator();
    for field in &fields {
        errors.handle(field.check());
    }
    errors.finish()?;

    let declarations = fields.iter().map(|f| declaration(f)).collect::<darling::Result<Vec<_>>>()?;
    let ident = &set.ident;
    let name = set.set.clone().unwrap_or_default();
    let description = documentation(&set.attrs);
    let layer = layer::expand(&set, &fields)?;
    Ok(quote! {
        impl ::options::Describe for #ident {
            fn describe() -> ::options::OptionSet {
                ::options::OptionSet {
                    set: #name,
                    source: file!(),
                    description: #description,
                    options: ::std::vec![#(#declarations),*],
                }
            }
        }
        impl ::options::OptionType for #ident {
            fn option_type() -> ::options::Type {
                ::options::Type::Submodule(<Self as ::options::Describe>::describe())
            }
        }
        #layer
    })
}

fn declaration(field: &FieldInput) -> darling::Result<TokenStream> {
    let name = field.name()?.to_string();
    let ty = &field.ty;
    let description = documentation(&field.attrs);
    let default = default(field);
    let example = field
        .example
        .as_ref()
        .map_or_else(|| quote!(None), |example| quote!(::serde_json::to_value(#example).ok()));
    let scope = scope(field)?;
    Ok(quote! {
        ::options::OptionDecl {
            ident: #name,
            ty: <#ty as ::options::OptionType>::option_type(),
            default: #default,
            example: #example,
            description: #description,
            scope: #scope,
        }
    })
}

fn default(field: &FieldInput) -> TokenStream {
    let ty = &field.ty;
    match &field.default {
        Some(value) => quote!({
            let value: #ty = ::std::convert::Into::into(#value);
            ::serde_json::to_value(value).ok()
        }),
        // A derived option has its value from the resolver, even when that value is "none".
        None if field.inner_of_option().is_some() && !field.derived => {
            quote!(Some(::serde_json::Value::Null))
        }
        None => quote!(None),
    }
}

fn scope(field: &FieldInput) -> darling::Result<TokenStream> {
    if field.derived {
        return Ok(quote!(::options::Scope::Derived));
    }
    let Some(feeds) = &field.feeds else {
        return Ok(quote!(::options::Scope::Local));
    };
    let (unit, path) = feeds
        .split_once(':')
        .filter(|(unit, path)| !unit.is_empty() && !path.is_empty())
        .ok_or_else(|| darling::Error::custom("feeds is written `unit:key.path`").with_span(&field.ident))?;
    let keys = path.split('.');
    Ok(quote!(::options::Scope::Feeds { unit: #unit, key: &[#(#keys),*] }))
}
