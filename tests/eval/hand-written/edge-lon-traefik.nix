# Traefik of edge-lon, written by hand.
let
  router =
    settings:
    {
      entryPoints = [ "websecure" ];
      tls.certResolver = "acme";
    }
    // settings;

  service = port: {
    loadBalancer = {
      servers = [ { url = "http://127.0.0.1:${toString port}"; } ];
      passHostHeader = true;
    };
  };
in
{
  static = {
    global = {
      checkNewVersion = false;
      sendAnonymousUsage = false;
    };
    api = {
      insecure = false;
      dashboard = false;
    };
    log.level = "INFO";
    accessLog = {
      format = "json";
      fields = {
        defaultMode = "keep";
        names = {
          RequestLine = "drop";
          RequestPath = "drop";
          ClientAddr = "drop";
          ClientHost = "drop";
          ClientPort = "drop";
        };
        headers.defaultMode = "drop";
        queryParameters.defaultMode = "drop";
      };
    };
    entryPoints = {
      web = {
        address = ":80";
        http.underscoreHeadersStrategy = "delete";
        http.redirections.entryPoint = {
          to = "websecure";
          scheme = "https";
          permanent = true;
        };
      };
      websecure = {
        address = ":443";
        transport = {
          respondingTimeouts = {
            readTimeout = "5m";
            idleTimeout = "3m";
          };
          lifeCycle = {
            requestAcceptGraceTimeout = "0s";
            graceTimeOut = "30s";
          };
        };
        http = {
          maxHeaderBytes = 65536;
          underscoreHeadersStrategy = "delete";
          encodedCharacters = {
            allowEncodedSlash = true;
            allowEncodedHash = true;
            allowEncodedPercent = true;
            allowEncodedQuestionMark = true;
            allowEncodedBackSlash = false;
            allowEncodedNullCharacter = false;
            allowEncodedSemicolon = false;
          };
        };
      };
    };
    certificatesResolvers.acme.acme = {
      email = "ops@meridian.example";
      caServer = "https://acme-v02.api.letsencrypt.org/directory";
      storage = "/var/lib/traefik/acme.json";
      tlsChallenge = { };
    };
    providers.file = {
      filename = "/etc/rampart/traefik/dynamic.yaml";
      watch = true;
    };
  };

  dynamic = {
    tls.options.default = {
      minVersion = "VersionTLS13";
      sniStrict = true;
    };
    http = {
      routers = {
        livekit-signalling = router {
          rule = "Host(`edge-lon.sfu.meridian.example`) && (Path(`/rtc`) || Path(`/rtc/v1`) || Path(`/rtc/validate`) || Path(`/rtc/v1/validate`))";
          priority = 2900;
          middlewares = [ ];
          service = "livekit";
        };
        livekit-rooms = router {
          rule = "Host(`edge-lon.sfu.meridian.example`) && ClientIP(`10.77.0.1`) && PathPrefix(`/twirp/livekit.RoomService/`)";
          priority = 2800;
          middlewares = [ ];
          service = "livekit";
        };
        livekit-health = router {
          rule = "Host(`edge-lon.sfu.meridian.example`) && ClientIP(`10.77.0.1`) && Path(`/`)";
          priority = 2700;
          middlewares = [ ];
          service = "livekit-health";
        };
        livekit-metrics = router {
          rule = "Host(`edge-lon.sfu.meridian.example`) && ClientIP(`10.77.0.1`) && Path(`/metrics`)";
          priority = 2600;
          middlewares = [ ];
          service = "livekit-metrics";
        };
      };
      services = {
        livekit = service 7880;
        livekit-health = service 9103;
        livekit-metrics = service 9101;
      };
    };
    tcp = {
      routers.turn = router {
        rule = "HostSNI(`edge-lon.turn.meridian.example`)";
        service = "turn";
      };
      services.turn.loadBalancer.servers = [ { address = "127.0.0.1:5349"; } ];
    };
  };
}
