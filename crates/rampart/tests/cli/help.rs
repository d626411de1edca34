use crate::{assert_narrow, fleet, run};

/// Every command there is; a new one is found by the list in `--help`.
const COMMANDS: [&str; 26] = [
    "",
    "init",
    "check",
    "render",
    "explain",
    "show",
    "show hosts",
    "show flows",
    "show ports",
    "show dns",
    "show secrets",
    "show regions",
    "show diagram",
    "secrets",
    "secrets generate",
    "secrets check",
    "secrets rotate",
    "edge",
    "edge add",
    "edge drain",
    "edge remove",
    "edge list",
    "options",
    "schema",
    "completions",
    "man",
];

#[test]
fn every_help_has_examples_and_fits_eighty_columns() {
    let folder = fleet("");
    for command in COMMANDS {
        for flag in ["-h", "--help"] {
            let help = run(&folder, &format!("{command} {flag}"));
            assert_eq!(help.code, 0, "{command}");
            assert!(help.out.contains("\nExamples:\n  rampart "), "{command}: {}", help.out);
            assert!(help.out.ends_with('\n'), "{command}");
            assert_narrow(&help.out);
        }
    }
}

#[test]
fn the_list_of_commands_here_is_complete() {
    let folder = fleet("");
    for group in ["", "show", "secrets", "edge"] {
        let help = run(&folder, &format!("{group} --help")).out;
        let (_, list) = help.split_once("Commands:\n").unwrap();
        let (list, _) = list.split_once("\n\n").unwrap();
        for line in list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("    ")) {
            let name = line.split_whitespace().next().unwrap();
            let full = format!("{group} {name}");
            assert!(name == "help" || COMMANDS.contains(&full.trim()), "{full}");
        }
    }
}

/// clap lists `human` and `json` only: `md` is a word of this command alone.
#[test]
fn markdown_is_named_where_it_is_printed() {
    let folder = fleet("");
    assert!(
        run(&folder, "options --help")
            .out
            .contains("`--format md` is the same as `--format human`: Markdown.")
    );
    assert!(!run(&folder, "check --help").out.contains("`--format md`"));
}

#[test]
fn the_first_page() {
    insta::assert_snapshot!(run(&fleet(""), "--help").out);
}

/// clap wraps its help, but none of its errors.
#[test]
fn wrong_usage_is_told_within_eighty_columns() {
    let folder = fleet("");
    for words in ["render --installed foo", "edge add Edge_1 --region lon", "show prots --host a --fleet b"] {
        let told = run(&folder, words);
        assert_eq!((told.code, told.out.as_str()), (2, ""), "{words}");
        assert!(told.err.starts_with("error: ") && told.err.contains("--help"), "{}", told.err);
        assert_narrow(&told.err);
    }
}

#[test]
fn wrong_usage_is_exit_2() {
    let folder = fleet("");
    for words in ["", "chekc", "check --quiet", "show", "check --format yaml", "init --with gateway"] {
        assert_eq!(run(&folder, words).code, 2, "{words}");
    }
}

#[test]
fn completions_and_manual_name_every_command() {
    let folder = fleet("");
    let outputs = ["bash", "zsh", "fish", "elvish", "powershell"]
        .map(|shell| run(&folder, &format!("completions {shell}")).out)
        .into_iter()
        .chain([run(&folder, "man").out]);
    for text in outputs {
        for command in COMMANDS {
            let word = command.rsplit(' ').next().unwrap();
            assert!(text.contains(word) || text.contains(&word.to_uppercase()), "{word} in {text}");
        }
    }
}
