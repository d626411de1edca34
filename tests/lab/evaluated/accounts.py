"""Users and groups that NixOS declares and the shared root has not."""

from pathlib import Path

from evaluated.evaluation import Evaluated
from units.layer import Layer

# Where NixOS itself begins when it gives numbers to system users, downwards.
FIRST_FREE = 999


def add(layer: Layer, evaluated: Evaluated, root: Path) -> None:
    """Add them; members of groups follow from both lists."""
    groups = known(root, "group")
    users = known(root, "passwd")
    free = iter(range(FIRST_FREE, 400, -1))
    taken = {*groups.values(), *users.values()}
    members = memberships(evaluated)

    def number(wanted: int | None) -> int:
        chosen = wanted if wanted is not None and wanted not in taken else None
        chosen = chosen or next(one for one in free if one not in taken)
        taken.add(chosen)
        return chosen

    for name, group in sorted(evaluated.groups.items()):
        if name not in groups and not name.startswith("nixbld"):
            groups[name] = number(group["gid"])
            layer.extend(
                "/etc/group", f"{name}:x:{groups[name]}:{','.join(members.get(name, []))}\n"
            )
    for name, user in sorted(evaluated.users.items()):
        if name not in users and not name.startswith("nixbld"):
            own = groups.get(user["group"], groups["nogroup"])
            line = f"{name}:x:{number(user['uid'])}:{own}::{user['home']}:/usr/sbin/nologin\n"
            layer.extend("/etc/passwd", line)


def memberships(evaluated: Evaluated) -> dict[str, list[str]]:
    """Give the members of each group."""
    found = {name: list(group["members"]) for name, group in evaluated.groups.items()}
    for name, user in evaluated.users.items():
        for group in user["extraGroups"]:
            found.setdefault(group, []).append(name)
    return found


def known(root: Path, kind: str) -> dict[str, int]:
    """Give names and numbers that are there already."""
    lines = (root / "etc" / kind).read_text().splitlines()
    return {line.split(":")[0]: int(line.split(":")[2]) for line in lines}
