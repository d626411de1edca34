//! What is an order, and what is talk.

use chat::{Form, RoomId};
use chatops::grammar::addressed;

use crate::scene::{ANNA, Scene, me, rules};

#[test]
fn prefix_and_name_are_addresses_and_talk_is_not() {
    for (body, prefix, mentioned, expected) in [
        ("!token list", "!", false, Some("token list")),
        ("  !x\n", "!", false, Some("x")),
        ("!", "!", false, None),
        ("!!", "!", false, None),
        ("! token", "!", false, None),
        ("token list", "!", false, None),
        ("rampart token list", "rampart", false, Some("token list")),
        ("ramparts are high", "rampart", false, None),
        ("token list", "", false, None),
        ("@rampart-bot:corp.example: token list", "!", false, Some("token list")),
        ("@rampart-bot:corp.example token list", "!", false, Some("token list")),
        ("@rampart-bot:corp.example.org token list", "!", false, None),
        ("Rampart Bot: token list", "!", true, Some("token list")),
        ("rampart bot, token list", "!", true, Some("token list")),
        ("@rampart-bot token list", "!", true, Some("token list")),
        ("Rampart Bot: token list", "!", false, None),
        ("thanks Rampart Bot: token list", "!", true, None),
        ("Rampart Bot", "!", true, None),
        ("Rämpart", "!", true, None),
    ] {
        let mut rules = rules();
        prefix.clone_into(&mut rules.prefix);
        let mut message = Scene::usual().message(ANNA, body);
        message.mentions = if mentioned { vec![me()] } else { Vec::new() };
        assert_eq!(addressed(&message, &rules), expected, "{body} {prefix} {mentioned}");
    }
}

#[test]
fn edits_programs_other_rooms_and_itself_are_not_obeyed() {
    let mut scene = Scene::usual();
    let order = scene.message(ANNA, "!token generate");
    let mut edit = order.clone();
    edit.edit = true;
    let mut notice = order.clone();
    notice.form = Form::Notice;
    let mut elsewhere = order.clone();
    elsewhere.room = RoomId::new("!other:corp.example");
    let mut own = order.clone();
    own.sender = me();
    for message in [edit, notice, elsewhere, own] {
        assert_eq!(scene.hear(message), [""; 0]);
    }
    assert_eq!(scene.broker.changes, [""; 0]);
    scene.hear(order);
    assert_eq!(scene.broker.changes, ["token-create"], "the same message without any of these is obeyed");
}
