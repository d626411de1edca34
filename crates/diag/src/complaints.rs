//! The two macros behind the list in `kind.rs`: `area!` holds the blocks of one file, `complaints!` gathers the areas
//! and writes [`Kind`](crate::Kind) and [`Code`](crate::Code) from them.
//!
//! Enums cannot be spread over files, so an area does not expand to items but to a macro `list!` that hands its blocks
//! on. Blocks travel as they were written, so a message can use its fields by name.

/// The complaints of one area. The lone `$` is how a macro writes a macro with variables of its own.
macro_rules! area {
    ($d:tt $($blocks:tt)+) => {
        macro_rules! list {
            ({ $d($d before:tt)* } $d($d areas:ident)*) => {
                $crate::complaints::complaints! { { $d($d before)* $($blocks)+ } $d($d areas)* }
            };
        }
        pub(super) use list;
    };
}
pub(crate) use area;

/// `complaints! { area area … }`: every block of these areas, in this order.
macro_rules! complaints {
    ($first:ident $($areas:ident)*) => { $first::list! { {} $($areas)* } };
    ({ $($blocks:tt)* } $next:ident $($areas:ident)*) => { $next::list! { { $($blocks)* } $($areas)* } };
    ({ $(
        $(#[doc = $doc:literal])+
        $severity:ident $code:ident: $variant:ident { $($field:ident: $type:ty),* $(,)? }
            message $message:literal
            help $($guess:ident or)? $help:literal;
    )+ }) => {
        /// What is wrong, with the values that show it.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Kind {
            $(
                $(#[doc = $doc])+
                $variant { $(
                    #[doc = concat!("`", stringify!($field), "` in message or help.")]
                    $field: $type,
                )* },
            )+
        }

        /// The name of a complaint, in the order of the list.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $( $(#[doc = $doc])+ $variant, )+
        }

        impl Kind {
            /// The name of this complaint.
            pub fn code(&self) -> Code {
                match self { $( Self::$variant { .. } => Code::$variant, )+ }
            }

            /// How bad it is.
            pub fn severity(&self) -> Severity {
                self.code().severity()
            }

            /// What is wrong, on one line.
            #[allow(unused_variables, reason = "a message need not name every field")]
            pub fn message(&self) -> String {
                match self { $( Self::$variant { $($field),* } => format!($message), )+ }
            }

            /// What to do about it.
            #[allow(unused_variables, reason = "a help need not name every field")]
            pub fn help(&self) -> String {
                match self { $( Self::$variant { $($field),* } => {
                    $( if let Some(guess) = $guess { return format!("did you mean `{guess}`?"); } )?
                    format!($help)
                } )+ }
            }
        }

        impl Code {
            /// All complaints there are.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The code word: snake case, subject before problem.
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$variant => stringify!($code), )+ }
            }

            /// How bad it is.
            pub fn severity(self) -> Severity {
                match self { $( Self::$variant => $crate::complaints::severity!($severity), )+ }
            }

            fn doc(self) -> &'static str {
                match self { $( Self::$variant => concat!($($doc, "\n"),+), )+ }
            }

            fn message_template(self) -> &'static str {
                match self { $( Self::$variant => $message, )+ }
            }

            fn help_template(self) -> &'static str {
                match self { $( Self::$variant => $help, )+ }
            }
        }
    };
}
pub(crate) use complaints;

/// The severity words of a block; any other word does not compile.
macro_rules! severity {
    (error) => {
        Severity::Error
    };
    (warning) => {
        Severity::Warning
    };
}
pub(crate) use severity;
