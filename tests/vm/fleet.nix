# A fleet, by default the example, as machines of the NixOS test framework, with a router between its segments and a client on the
# internet. The same role modules and the same rendered settings as the real hosts; what differs is said here:
# certificates of a throw-away authority instead of ACME, throw-away tunnel keys, addresses where DHCP would give them,
# and the test framework's disks.
{
  self,
  pkgs,
  fleet ? ../../hosts,
}:
let
  inherit (pkgs) lib;
  generated = fleet + "/generated";
  keys = lib.importJSON ./throwaway-keys.json;
  hostNames = map (lib.removeSuffix ".json") (lib.attrNames (builtins.readDir generated));

  withoutAcme = lib.mapAttrsRecursiveCond (value: !(value ? certResolver)) (
    _: value: if value ? certResolver then removeAttrs value [ "certResolver" ] else value
  );
  certificate = "/run/credentials/traefik.service/tls-web";
  traefik = settings: {
    static = removeAttrs settings.static [ "certificatesResolvers" ];
    dynamic = lib.recursiveUpdate (withoutAcme settings.dynamic) {
      tls.certificates = [
        {
          certFile = certificate;
          keyFile = certificate;
        }
      ];
    };
  };
  peerWithKey = peer: peer // { publicKey = keys.${peer.name}.public; };

  ready =
    host:
    let
      tls = lib.optionalAttrs (host.services ? traefik);
    in
    host
    // {
      secrets =
        host.secrets
        // tls {
          tls-web = {
            path = "/run/rampart-secrets/tls-web";
            owner = "root";
            group = "root";
            mode = "0400";
            units = [ "traefik" ];
          };
        };
      units =
        host.units
        // tls {
          traefik = lib.recursiveUpdate host.units.traefik { credentials.tls-web = "tls-web"; };
        };
      services =
        host.services
        // tls { traefik = traefik host.services.traefik; }
        // {
          wg-fleet = host.services.wg-fleet // {
            peers = map peerWithKey host.services.wg-fleet.peers;
          };
        };
    };
  hosts = lib.genAttrs hostNames (name: ready (lib.importJSON (generated + "/${name}.json")));

  inRole = role: lib.filterAttrs (_: host: host.facts.role == role) hosts;
  theOnly = role: lib.head (lib.attrValues (inRole role));
  gateway = theOnly "gateway";
  core = theOnly "core";

  # Every public name and the address that the world's name servers would give.
  publicNames = lib.zipAttrsWith (_: lib.concatLists) (
    [
      {
        ${gateway.facts.publicAddress} = [
          gateway.options.gateway.serverName
          gateway.options.gateway.clientDomain
          gateway.options.gateway.rtcDomain
        ]
        # A core without public media has no such names.
        ++ lib.optional (core.services ? livekit) "${core.facts.focus}.sfu.${core.facts.domain}"
        ++ lib.optional (core.services ? coturn) core.services.coturn.settings.realm;
      }
    ]
    ++ lib.mapAttrsToList (_: host: {
      ${host.facts.publicAddress} = [
        host.options.edge.focusDomain
      ]
      ++ lib.optional (host.services.livekit.turn ? domain) host.services.livekit.turn.domain
      ++ lib.optional (host.services ? coturn) host.services.coturn.settings.realm;
    }) (inRole "edge")
    ++ lib.mapAttrsToList (_: host: { ${host.facts.publicAddress} = [ host.options.dmz.domain ]; }) (
      inRole "dmz"
    )
  );

  # Made when the test is built, by the operator's own command; nothing of it is worth keeping. Tunnel keys are given to
  # it, because their public halves are in the units.
  secrets =
    pkgs.runCommand "throwaway-secrets"
      {
        nativeBuildInputs = [
          pkgs.openssl
          self.packages.${pkgs.stdenv.hostPlatform.system}.rampart
        ];
        names = lib.concatMapStringsSep "," (name: "DNS:${name}") (
          lib.unique (lib.concatLists (lib.attrValues publicNames))
        );
        certificates = lib.concatLists (
          lib.mapAttrsToList (
            name: host:
            map (secret: "${name}/${secret}") (lib.filter isCertificate (lib.attrNames host.secrets))
          ) hosts
        );
      }
      ''
        cp -r ${fleet} fleet
        chmod -R u+w fleet
        umask 077
        ${lib.concatMapStrings (name: ''
          mkdir -p secrets/${name}
          install -m 0400 ${privateKey name} secrets/${name}/wireguard-private
        '') hostNames}
        rampart secrets generate --fleet fleet --out secrets
        openssl req -x509 -newkey rsa:2048 -nodes -days 3650 -subj "/CN=throwaway" -keyout ca.key -out ca.pem
        openssl req -new -newkey rsa:2048 -nodes -subj "/CN=host" -keyout host.key -out host.csr
        printf 'subjectAltName=%s\n' "$names" > extensions
        openssl x509 -req -in host.csr -CA ca.pem -CAkey ca.key -days 3650 -extfile extensions -out host.pem
        for certificate in $certificates; do
          cat host.pem ca.pem host.key > secrets/$certificate
        done
        cp ca.pem secrets/
        printf '{ "CACertificates": ["%s"] }' "$(openssl x509 -in ca.pem -outform DER | base64 --wrap=0)" \
          > secrets/browser.json
        cp -r secrets $out
      '';
  privateKey = name: pkgs.writeText "throwaway-key" keys.${name}.private;
  isCertificate = lib.hasPrefix "tls-";
  isAtRunTime = name: !lib.hasPrefix "luks-" name;

  # Number of each segment: the test framework's name for a switch.
  regions = lib.unique (lib.mapAttrsToList (_: host: host.facts.region) (inRole "edge"));
  vlans = {
    site = 1;
    lan = 2;
    dmz = 3;
    internet = 4;
  }
  // lib.listToAttrs (
    lib.imap0 (index: name: lib.nameValuePair "region-${name}" (5 + index)) regions
  );
  onLink = "172.31.1.1";

  wire = name: segment: {
    virtualisation.interfaces.${name} = {
      vlan = vlans.${segment};
      assignIP = false;
    };
  };
  # Addresses of IPv6 are always in the host's file; its router is advertised.
  addresses6 = host: lib.filter (lib.hasInfix ":") (host.network.interfaces.public.addresses or [ ]);
  # The router's address in the network of such an address, as long as nobody's ends in `::1`.
  router6 = address: "${lib.head (lib.splitString "::" address)}::1/64";
  clientAddress6 = "2001:db8:ffff::200/64";

  # A /32 whose router is only on the link, as many providers give it.
  given = interface: address: addresses: {
    systemd.network.networks."10-public" = {
      matchConfig.Name = interface;
      address = lib.mkForce ([ "${address}/32" ] ++ addresses);
      networkConfig.DHCP = lib.mkForce "no";
      routes = lib.mkForce [
        {
          Gateway = onLink;
          GatewayOnLink = true;
        }
      ];
    };
  };

  common = {
    virtualisation.vlans = lib.mkForce [ ];
    security.pki.certificateFiles = [ "${secrets}/ca.pem" ];
    # What stories play and record raw requests with.
    environment.etc."rampart/chain".source = ../lab/chain;
    # What stories try stolen secrets with.
    environment.etc."rampart/doors".source = ../lab/doors;
    environment.systemPackages = [
      pkgs.curl
      pkgs.nftables
      pkgs.openssl
      pkgs.python3
      pkgs.tcpdump
    ];
  };

  # modules/host.nix with another content of the host file: pure evaluation cannot read a file that it made.
  hostModule = ../../modules/host.nix;
  hostOf =
    host: arguments:
    let
      original = import hostModule arguments;
    in
    original
    // {
      options.rampart = original.options.rampart // {
        host = original.options.rampart.host // {
          default = host;
        };
      };
    };

  machine =
    name: host:
    let
      inside = lib.concatLists (lib.attrValues host.network.hosts);
      known = lib.mapAttrs (_: lib.filter (name: !lib.elem name inside)) publicNames;
      inherit (host.network) interfaces;
      segmentOf =
        kind:
        if kind == "lan" then
          (if host.facts.role == "dmz" then "dmz" else "lan")
        else if interfaces.public.dhcp then
          "region-${host.facts.region}"
        else
          "site";
    in
    {
      imports = [
        self.nixosModules.${host.facts.role}
        common
        ({ config, lib, ... }@arguments: hostOf host arguments)
      ]
      ++ lib.mapAttrsToList (kind: interface: wire interface.name (segmentOf kind)) interfaces
      ++ lib.optional (interfaces.public.dhcp or false) (
        given interfaces.public.name host.facts.publicAddress (addresses6 host)
      );
      disabledModules = [ hostModule ];
      nixpkgs.overlays = [
        self.overlays.default
        self.overlays.newer
      ];
      rampart.hostFile = generated + "/${name}.json";
      environment.etc."rampart/host.json".text = builtins.toJSON host;
      networking.hosts = lib.filterAttrs (_: names: names != [ ]) known;
      # The framework brings its own disks, its own way to boot, and the clock of the machine it runs on.
      services.timesyncd.enable = lib.mkForce false;
      disko.enableConfig = false;
      boot.initrd.luks.devices = lib.mkForce { };
      boot.initrd.secrets = lib.mkForce { };
      boot.initrd.network.enable = lib.mkForce false;
      boot.initrd.network.ssh.enable = lib.mkForce false;
      system.activationScripts.throwawaySecrets = lib.concatLines (
        [ "mkdir -p -m 0711 /run/rampart-secrets" ]
        ++ map (secret: "install -m 0400 ${secrets}/${name}/${secret} /run/rampart-secrets/${secret}") (
          lib.filter isAtRunTime (lib.attrNames host.secrets)
        )
      );
    }
    // lib.optionalAttrs (host.services ? tuwunel) {
      environment.systemPackages = [
        (pkgs.writeShellScriptBin "make-account" (builtins.readFile ./make-account.sh))
      ];
    };

  client = {
    imports = [
      common
      (wire "ens18" "internet")
      (given "ens18" "198.51.100.200" [ clientAddress6 ])
    ];
    networking.useNetworkd = true;
    networking.useDHCP = false;
    networking.firewall.enable = false;
    networking.hosts = publicNames;
    # Chromium trusts no file of the system's (https://chromeenterprise.google/policies/#CACertificates).
    environment.etc."chromium/policies/managed/authority.json".source = "${secrets}/browser.json";
    virtualisation.memorySize = lib.mkDefault 2048;
    environment.systemPackages = [
      pkgs.chromedriver
      pkgs.chromium
      pkgs.coturn
      (pkgs.writeShellApplication {
        name = "join-call";
        runtimeInputs = [
          pkgs.jq
          pkgs.livekit-cli
        ];
        text = builtins.readFile ./join-call.sh;
      })
      (pkgs.writeShellScriptBin "use-client" ''
        exec ${
          pkgs.python3.withPackages (packages: [ packages.matrix-nio ])
        }/bin/python ${../lab/clients/use_client.py}
      '')
      (pkgs.writeShellApplication {
        name = "take-part";
        runtimeInputs = [
          pkgs.jq
          pkgs.livekit-cli
        ];
        text = builtins.readFile ./take-part.sh;
      })
    ];
  };

  # One bridge less than the lab's: the switches are the framework's.
  router = {
    imports = [
      common
    ]
    ++ lib.mapAttrsToList (segment: number: wire "seg${toString number}" segment) vlans;
    networking.useNetworkd = true;
    networking.useDHCP = false;
    networking.firewall.enable = false;
    networking.nftables.enable = true;
    boot.kernel.sysctl = {
      "net.ipv4.conf.all.forwarding" = 1;
      "net.ipv6.conf.all.forwarding" = 1;
    };
    systemd.network.networks =
      let
        interface = segment: address: routes: known6: {
          matchConfig.Name = "seg${toString vlans.${segment}}";
          address = [ address ] ++ lib.unique (map router6 known6);
          networkConfig.IPv6SendRA = known6 != [ ];
          routes = map (to: {
            Destination = "${to}/32";
            Scope = "link";
          }) routes;
        };
        inRegion = region: lib.filterAttrs (_: host: host.facts.region == region) (inRole "edge");
        region =
          name:
          interface "region-${name}" "${onLink}/32" (lib.mapAttrsToList (_: host: host.facts.publicAddress) (
            inRegion name
          )) (lib.concatMap addresses6 (lib.attrValues (inRegion name)));
        onSite = lib.attrValues (inRole "gateway" // inRole "dmz");
      in
      {
        "10-site" = interface "site" "${gateway.network.interfaces.public.gateway}/24" [ ] (
          lib.concatMap addresses6 onSite
        );
        "10-lan" = interface "lan" "${core.network.interfaces.lan.gateway}/24" [ ] [ ];
        "10-dmz" = interface "dmz" "192.168.20.1/24" [ ] [ ];
        "10-internet" = interface "internet" "${onLink}/32" [ "198.51.100.200" ] [ clientAddress6 ];
      }
      // lib.listToAttrs (map (name: lib.nameValuePair "10-region-${name}" (region name)) regions);
    networking.nftables.tables.site = {
      family = "inet";
      content = ''
        chain between {
          type filter hook forward priority filter; policy accept;
          ct state established,related accept
          iifname != { "seg2", "seg3" } oifname { "seg2", "seg3" } drop
        }
        chain out {
          type nat hook postrouting priority srcnat;
          iifname { "seg2", "seg3" } oifname != { "seg2", "seg3" } snat ip to ${gateway.network.interfaces.public.gateway}
        }
      '';
    };
  };
in
{
  node.pkgsReadOnly = false;
  nodes = lib.mapAttrs machine hosts // {
    inherit client router;
  };
}
