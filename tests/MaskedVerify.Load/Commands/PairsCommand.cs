using System.CommandLine;

namespace MaskedVerify.Load.Commands;

/// <summary>The load itself: start+check pairs.</summary>
internal static class PairsCommand
{
    /// <summary>Adds options and action to the root.</summary>
    public static void Configure(RootCommand command)
    {
        var read = AddOptions(command);
        command.SetAction((parsed, token) => LoadCommands.GuardAsync(() => read(parsed).RunAsync(token)));
    }

    /// <summary>Adds the options; the result reads them.</summary>
    public static Func<ParseResult, PairsRun> AddOptions(Command command)
    {
        var target = new Option<string>("--target") { Description = "What is driven: http, host (Orleans test host in this process) or client (external Orleans client).", DefaultValueFactory = _ => "http" };
        target.AcceptOnlyFromAmong("http", "host", "client");
        var silos = CommonOptions.Number("--silos", "Silos: 1 or 2 with --target host; 1 to 8 servers with --target http and --engine postgres.", 1, 1, 8);
        var engine = new Option<string>("--engine") { Description = "With --target http: sqlite (embedded), or postgres: a database server is started and stopped, too.", DefaultValueFactory = _ => "sqlite" };
        engine.AcceptOnlyFromAmong("sqlite", "postgres");
        var inside = new Option<bool>("--inside") { Description = "With --target host: calls are made inside the silos, as by their HTTP front, not by a cluster client." };
        var url = CommonOptions.Address("--url", "With --target http: a running server, such as http://127.0.0.1:8080. Without it, one is started and stopped.");
        var internalUrl = CommonOptions.Address("--internal-url", "With --url: its internal port, for metrics, and to make a tenant when there is no --key.");
        var key = new Option<string?>("--key") { Description = "With --url: API key of a sandbox tenant whose limits are raised." };
        var operatorKey = new Option<string?>("--operator-key") { Description = "With --internal-url: the operator's key, or the file that holds it (data/operator.key), to make a tenant." };
        var connections = CommonOptions.Connections();
        var seconds = CommonOptions.Seconds("--seconds", "Length of the measured part.", 30);
        var warmup = CommonOptions.Seconds("--warmup", "Seconds of load before it: until the code is compiled for speed, 20 to 60 s on two cores.", 45);
        var fresh = new Option<bool>("--new") { Description = "Every start is on a new number. This is the default." };
        var warm = CommonOptions.Number("--warm", "Starts visit this many aliases at random; they are made first. 0: new numbers.", 0, 0, 10_000_000);
        var pause = CommonOptions.Seconds("--pause-seconds", "Least time between a start and its check.", 0);
        var rate = CommonOptions.Number("--rate", "Pairs per second, spread evenly over the callers; a start that waits for its caller counts from when it was due. 0: as many as there is room for.", 0, 0, 1_000_000);
        var live = CommonOptions.Number("--live", "Verifications to hold open: a caller checks its oldest one when it holds its share. 0: as many as the pause makes.", 0, 0, 1_000_000);
        var idempotency = new Option<bool>("--idempotency-keys") { Description = "Each start and each check carries an Idempotency-Key." };
        var noReceipts = new Option<bool>("--no-receipts") { Description = "The sandbox reports no deliveries (by default it does, after 0.3 s)." };
        var reference = CommonOptions.Seconds("--reference-seconds", "Length of each reference (echo, write+fsync, inbox). 0: none.", 4);
        var identity = CommonOptions.Seconds("--identity-seconds", "Also measure an ASP.NET Core Identity application that verifies numbers on SQLite, for so long; with several --silos also as many of it side by side. 0: not.", 0);
        var seed = new Option<long?>("--seed") { Description = "Chooses the numbers. Default: a random one, so that runs against one server do not meet the same numbers." };
        var server = CommonOptions.Server();
        var data = CommonOptions.Data();
        var json = CommonOptions.Json();
        foreach (var option in (Option[])[
            target, silos, engine, inside, url, internalUrl, key, operatorKey, connections, seconds, warmup, fresh, warm, pause, rate, live, idempotency, noReceipts, reference, identity, seed, server, data, json])
        {
            command.Options.Add(option);
        }

        command.Validators.Add(result =>
        {
            if (result.GetValue(fresh) && result.GetValue(warm) > 0)
                result.AddError("--new and --warm exclude each other.");
            if (result.GetValue(url) is not null && result.GetValue(target) is "host" or "client")
                result.AddError("--url belongs to --target http.");
            var postgres = result.GetValue(engine) == "postgres";
            if (postgres && (result.GetValue(url) is not null || result.GetValue(target) is "host" or "client"))
                result.AddError("--engine postgres belongs to --target http without --url.");
            if (result.GetValue(silos) > (postgres ? 8 : result.GetValue(target) == "host" ? 2 : 1))
                result.AddError("--silos can be more than 1 with --target host (2), and with --engine postgres (8).");
        });
        return parsed => new PairsRun
        {
            Target = parsed.GetValue(target)!,
            Silos = parsed.GetValue(silos),
            Postgres = parsed.GetValue(engine) == "postgres",
            Inside = parsed.GetValue(inside),
            Url = parsed.GetValue(url),
            InternalUrl = parsed.GetValue(internalUrl),
            Key = parsed.GetValue(key),
            OperatorKey = CommonOptions.TextOrFile(parsed.GetValue(operatorKey)),
            Shape = new()
            {
                Connections = parsed.GetValue(connections),
                Duration = TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                Warmup = TimeSpan.FromSeconds(parsed.GetValue(warmup)),
                Rate = parsed.GetValue(rate),
                Pause = TimeSpan.FromSeconds(parsed.GetValue(pause)),
                Live = parsed.GetValue(live),
                IdempotencyKeys = parsed.GetValue(idempotency),
            },
            Warm = parsed.GetValue(warm),
            Reference = TimeSpan.FromSeconds(parsed.GetValue(reference)),
            Identity = TimeSpan.FromSeconds(parsed.GetValue(identity)),
            Seed = parsed.GetValue(seed),
            Server = CommonOptions.Settings(parsed.GetValue(server), parsed.GetValue(data)) with { Receipts = !parsed.GetValue(noReceipts) },
            Json = parsed.GetValue(json)?.FullName,
        };
    }
}
