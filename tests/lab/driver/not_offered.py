"""The one list of what NixOS' test driver has and the lab's has not, each with the reason.

`checks/test_driver_interface.py` compares both drivers and this list with each other.
"""

SCREEN = "machines of the lab have no screen"
KEYBOARD = "machines of the lab have no keyboard: `succeed` runs what would be typed"
MONITOR = "containers have no QEMU; guests are driven by their shell alone"
BY_HAND = "for people at a terminal, who have `lab shell` and `lab logs`"
ITSELF = "the driver's own, no script calls it"
CREATED = "machines come from the fleet, not from a start script of NixOS"
SEGMENTS = "networks are the fleet's segments, which have no numbers"

# Class of theirs → name → reason.
NOT_OFFERED = {
    "BaseMachine": {
        "copy_from_vm": "deprecated; `copy_from_machine` is the same",
        "cleanup_statedir": "`lab down` takes all state away",
    },
    "QemuMachine": {
        "screenshot": SCREEN,
        "get_screen_text": SCREEN,
        "get_screen_text_variants": SCREEN,
        "wait_for_text": SCREEN,
        "wait_for_x": SCREEN,
        "get_window_names": SCREEN,
        "wait_for_window": SCREEN,
        "get_tty_text": SCREEN,
        "wait_until_tty_matches": SCREEN,
        "dump_tty_contents": SCREEN,
        "send_chars": KEYBOARD,
        "send_key": KEYBOARD,
        "send_console": KEYBOARD,
        "send_monitor_command": MONITOR,
        "wait_for_monitor_prompt": MONITOR,
        "wait_for_qmp_event": MONITOR,
        "shell_interact": BY_HAND,
        "console_interact": BY_HAND,
        "ssh_backdoor_command": BY_HAND,
        "forward_port": "nothing leaves the lab; its machine `client` asks",
        "switch_root": "no machine here has NixOS' stage 1; Debian's has another way out of it",
    },
    "NspawnMachine": {
        "release": "no machine is of this class",
        "ssh_backdoor_command": "no machine is of this class",
        "get_systemd_process": "no machine is of this class",
        "machine_name_from_start_command": ITSELF,
    },
    "Driver": {
        "test_symbols": ITSELF,
        "run_tests": "a script does not run itself",
        "test_script": "a script does not run itself",
        "terminate_test": ITSELF,
        "dump_machine_ssh": BY_HAND,
        "create_machine": CREATED,
    },
    "AbstractLogger": {
        "print_serial_logs": ITSELF,
        "set_log_level": ITSELF,
    },
    # Global names of a script; `vlan` stands for `vlan1`, `vlan2`, ….
    "globals": {
        "run_tests": "a script does not run itself",
        "test_script": "a script does not run itself",
        "dump_machine_ssh": BY_HAND,
        "create_machine": CREATED,
        "vlans": SEGMENTS,
        "vlan": SEGMENTS,
        "machine": "deprecated; a machine has its own name",
    },
}
