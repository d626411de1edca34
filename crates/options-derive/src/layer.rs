//! The layer of a struct: the same fields, each perhaps unset.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::attributes::{FieldInput, SetInput};

/// The layer struct and its `options::Layer`.
pub(crate) fn expand(set: &SetInput, fields: &[&FieldInput]) -> darling::Result<TokenStream> {
    let ident = &set.ident;
    let vis = &set.vis;
    let layer = format_ident!("{ident}Layer");
    let names = fields.iter().map(|f| f.name()).collect::<darling::Result<Vec<_>>>()?;
    let members = fields.iter().zip(&names).map(|(f, n)| member(f, n));
    let overs = fields.iter().zip(&names).map(|(f, n)| over(f, n));
    let settles = fields.iter().zip(&names).map(|(f, n)| settle(f, n));
    let doc = format!("[`{ident}`] as written in one table: every option may be unset.");
    Ok(quote! {
        #[doc = #doc]
        #[derive(Debug, Default, Clone, PartialEq, ::serde::Deserialize)]
        #[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
        #vis struct #layer { #(#members),* }

        impl ::options::Group for #ident {
            type Layer = #layer;
        }

        impl ::options::Layer for #layer {
            type Settled = #ident;

            fn over(self, below: Self) -> Self {
                Self { #(#names: #overs),* }
            }

            fn settle(self, unsettled: &mut ::options::Unsettled) -> Option<#ident> {
                #(let #names = #settles;)*
                Some(#ident { #(#names: #names?),* })
            }
        }
    })
}

fn member(field: &FieldInput, name: &Ident) -> TokenStream {
    let ty = &field.ty;
    let docs = &field.attrs;
    if field.group {
        quote!(#(#docs)* pub #name: <#ty as ::options::Group>::Layer)
    } else {
        let inner = field.inner_of_option().unwrap_or(ty);
        quote!(#(#docs)* pub #name: Option<#inner>)
    }
}

fn over(field: &FieldInput, name: &Ident) -> TokenStream {
    if field.group {
        quote!(::options::Layer::over(self.#name, below.#name))
    } else {
        quote!(self.#name.or(below.#name))
    }
}

fn settle(field: &FieldInput, name: &Ident) -> TokenStream {
    let text = name.to_string();
    if field.group {
        return quote!(unsettled.within(#text, |inside| ::options::Layer::settle(self.#name, inside)));
    }
    let ty = &field.ty;
    match (&field.default, field.inner_of_option()) {
        (Some(value), None) => {
            quote!(Some(self.#name.unwrap_or_else(|| -> #ty { ::std::convert::Into::into(#value) })))
        }
        (Some(value), Some(_)) => {
            quote!(Some(self.#name.or_else(|| -> #ty { ::std::convert::Into::into(#value) })))
        }
        (None, Some(_)) => quote!(Some(self.#name)),
        (None, None) => quote!({
            if self.#name.is_none() { unsettled.note(#text); }
            self.#name
        }),
    }
}
