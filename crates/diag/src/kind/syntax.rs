//! Complaints about a file as text, and about single keys and values.

use crate::complaints::area;

area! { $

/// The file is not valid TOML. Nothing after the broken place can be trusted, so only what stands before it is
/// checked.
error syntax_invalid: SyntaxInvalid { detail: String }
    message "this is not valid TOML: {detail}"
    help "correct the text at this place; `rampart init DIR` writes a sample to compare with";

/// Rampart keeps indices and public keys in files of its own beside the manifest. They are committed with it and
/// never written by hand.
error record_invalid: RecordInvalid { detail: String }
    message "this file of Rampart's own cannot be read: {detail}"
    help "restore it from version control";

/// A manifest is UTF-8 text. Other encodings, or a file cut in the middle of a character, would change names without
/// anyone seeing it.
error encoding_invalid: EncodingInvalid {}
    message "the file is not UTF-8 text"
    help "save the file as UTF-8; `iconv -t utf-8` converts from other encodings";

/// A manifest has an upper size. Fleets of ten thousand hosts stay far below it, so a larger file is a mistake, for
/// example a disk image or a log under the manifest's name.
error file_too_large: FileTooLarge { bytes: u64, limit: u64 }
    message "the file has {bytes} bytes, more than the limit of {limit}"
    help "check that this is the manifest; move what belongs to one host to `hosts/HOST/host.toml`";

/// Each table has a fixed set of keys. A key that nobody reads is nearly always a misspelt one, and the setting you
/// meant would silently keep its default.
error key_unknown: KeyUnknown { key: String, did_you_mean: Option<String> }
    message "there is no option `{key}` here"
    help did_you_mean or "remove it; `rampart options` lists every option";

/// Each option accepts certain values only. The value is refused here, before it can stop a daemon from starting.
error value_invalid: ValueInvalid { key: String, option: String, detail: String, did_you_mean: Option<String> }
    message "`{key}` cannot have this value: {detail}"
    help did_you_mean or "`rampart options` shows type, default and an example of `{option}`";

/// Some options have no sensible default and must be written. They are facts about your sites that Rampart cannot
/// guess, such as addresses and domains.
error option_missing: OptionMissing { key: String }
    message "`{key}` is missing"
    help "add `{key} = …`; `rampart options` shows its type and an example";

/// A host can be described in two files, but each key in one of them. Otherwise it is a matter of luck which of two
/// values somebody sees who looks for it.
error key_duplicated: KeyDuplicated { key: String }
    message "`{key}` is set in two files"
    help "remove it from one of the two";

}
