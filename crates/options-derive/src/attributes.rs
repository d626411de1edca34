//! The attributes, parsed and checked by darling.

use darling::{FromDeriveInput, FromField, ast, util};
use syn::{Attribute, Expr, Ident, Lit, Meta, Type, Visibility};

/// The struct as a whole.
#[derive(FromDeriveInput)]
#[darling(attributes(describe), supports(struct_named), forward_attrs(doc))]
pub(crate) struct SetInput {
    pub(crate) ident: Ident,
    pub(crate) vis: Visibility,
    pub(crate) attrs: Vec<Attribute>,
    pub(crate) data: ast::Data<util::Ignored, FieldInput>,
    /// Name of the set; absent for a group.
    #[darling(default)]
    pub(crate) set: Option<String>,
}

/// One field.
#[derive(FromField)]
#[darling(attributes(option), forward_attrs(doc))]
pub(crate) struct FieldInput {
    pub(crate) ident: Option<Ident>,
    pub(crate) ty: Type,
    pub(crate) attrs: Vec<Attribute>,
    /// Value when nobody sets it.
    #[darling(default, with = darling::util::parse_expr::preserve_str_literal, map = Some)]
    pub(crate) default: Option<Expr>,
    /// A value that shows the form; anything that serialises.
    #[darling(default, with = darling::util::parse_expr::preserve_str_literal, map = Some)]
    pub(crate) example: Option<Expr>,
    /// `unit:key.path`, the one key that the option reaches.
    #[darling(default)]
    pub(crate) feeds: Option<String>,
    /// Computed from the whole fleet.
    #[darling(default)]
    pub(crate) derived: bool,
    /// The field is a group of options with its own derive.
    #[darling(default)]
    pub(crate) group: bool,
}

impl FieldInput {
    /// The field's name. Named fields are guaranteed by `supports(struct_named)`.
    pub(crate) fn name(&self) -> darling::Result<&Ident> {
        self.ident.as_ref().ok_or_else(|| darling::Error::custom("options need names"))
    }

    /// Contradictions between attributes.
    pub(crate) fn check(&self) -> darling::Result<()> {
        if self.derived && self.feeds.is_some() {
            return Err(darling::Error::custom(
                "a derived option cannot feed a unit by itself: rendering decides where it goes",
            )
            .with_span(&self.ty));
        }
        if self.group && (self.derived || self.default.is_some() || self.feeds.is_some()) {
            return Err(darling::Error::custom("a group has no default, scope or unit of its own")
                .with_span(&self.ty));
        }
        if documentation(&self.attrs).is_empty() {
            return Err(darling::Error::custom("an option needs a doc comment: it is its documentation")
                .with_span(&self.ident));
        }
        Ok(())
    }

    /// The `T` of an `Option<T>`.
    pub(crate) fn inner_of_option(&self) -> Option<&Type> {
        let Type::Path(path) = &self.ty else { return None };
        let last = path.path.segments.last()?;
        if last.ident != "Option" {
            return None;
        }
        let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
        match arguments.args.first()? {
            syn::GenericArgument::Type(inner) => Some(inner),
            _ => None,
        }
    }
}

/// Doc comments joined to CommonMark.
pub(crate) fn documentation(attrs: &[Attribute]) -> String {
    let lines: Vec<String> = attrs
        .iter()
        .filter_map(|attr| match &attr.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        })
        .collect();
    let trimmed: Vec<&str> = lines.iter().map(|l| l.strip_prefix(' ').unwrap_or(l)).collect();
    trimmed.join("\n").trim().to_owned()
}
