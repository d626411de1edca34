# Checks that no regular expression of the common subset can say. Each has a twin in crates/values; tests/eval proves
# that both sides give the same verdicts. Every function takes any value and answers true or false, it never throws.
{ lib }:
let
  matches = pattern: text: builtins.match pattern text != null;

  # 0–255 without leading zeros: "010" is eight in some parsers and ten in others.
  octet = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
  isIpv4Text = matches "${octet}(\\.${octet}){3}";

  # The groups of one side of "::"; a last group in dotted form counts as two.
  groupsOf = text: if text == "" then [ ] else lib.splitString ":" text;
  isGroup = matches "[0-9a-fA-F]{1,4}";
  isDotted = groups: groups != [ ] && isIpv4Text (lib.last groups);
  width = groups: lib.length groups + (if isDotted groups then 1 else 0);
  areGroups = groups: lib.all isGroup (if isDotted groups then lib.init groups else groups);

  isIpv6Text =
    text:
    let
      sides = map groupsOf (lib.splitString "::" text);
      head = lib.head sides;
      tail = lib.last sides;
    in
    if lib.length sides == 1 then
      areGroups head && width head == 8
    else
      # "::" stands for at least one group, and dotted form is allowed at the very end only.
      lib.length sides == 2
      && !isDotted head
      && areGroups head
      && areGroups tail
      && width head + width tail <= 7;

  isPrefix = limit: text: matches "0|[1-9][0-9]{0,2}" text && lib.toIntBase10 text <= limit;

  isCidrText =
    text:
    let
      parts = lib.splitString "/" text;
      address = lib.head parts;
      prefix = lib.last parts;
    in
    lib.length parts == 2
    && ((isIpv4Text address && isPrefix 32 prefix) || (isIpv6Text address && isPrefix 128 prefix));

  isUrlText = matches "(https|wss|ldaps|http|ws|ldap)://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?";

  # types.externalPath refuses only complete store paths (`/nix/store/<hash>-<name>`); this refuses the whole folder,
  # and every spelling of it.
  isSecretPathText =
    text:
    let
      parts = lib.filter (part: part != "" && part != ".") (lib.splitString "/" text);
    in
    matches "/[!-~]*" text
    && !lib.elem ".." parts
    &&
      lib.take 2 parts != [
        "nix"
        "store"
      ];

  ofText = check: value: lib.isString value && check value;
in
{
  ipv4 = ofText isIpv4Text;
  ipv6 = ofText isIpv6Text;
  ip = ofText (text: isIpv4Text text || isIpv6Text text);
  cidr = ofText isCidrText;
  url = ofText isUrlText;
  secretPath = ofText isSecretPathText;
}
