using System.Globalization;
using System.Text.RegularExpressions;
using MaskedVerify.Cluster.Tests.Chaos.Driving;
using MaskedVerify.Cluster.Tests.Chaos.Histories;
using MaskedVerify.Cluster.Tests.Servers;
using MaskedVerify.Testing;
using MaskedVerify.Testing.Carriers;

namespace MaskedVerify.Cluster.Tests.Chaos.Running;

/// <summary>Three silo processes that each do everything, with mutual TLS, on a PostgreSQL server and an SMS centre of their own. All of it on loopback.</summary>
internal sealed partial class ChaosCluster : IAsyncDisposable
{
    // Nine of ten times, starts of so many new aliases come to each of three silos twice and more.
    private const int Enough = 12;

    private readonly TempFolder _folder = new();
    private readonly TestAuthority _authority = TestAuthority.Create();
    private readonly List<ChaosSilo> _silos = [];
    private readonly SemaphoreSlim _healing = new(1);

    private ChaosCluster(PostgresServer server, PostgresDatabase database, ChaosClock clock)
    {
        (Server, Database, Clock) = (server, database, clock);
        Centre = SmppCentre.Start(new SmppCentreOptions { SystemId = "chaos", Password = "chaos", KeepsMessages = false });
        Centre.Reply = Answer;
    }

    public PostgresServer Server { get; }

    public PostgresDatabase Database { get; }

    public SmppCentre Centre { get; }

    public ChaosClock Clock { get; }

    /// <summary>Every message that reached the centre.</summary>
    public MessageLog Messages { get; } = new();

    public IReadOnlyList<ChaosSilo> Silos => _silos;

    /// <summary>A further silo that clients may call.</summary>
    public ChaosSilo? Extra { get; set; }

    /// <summary>What the centre does with a message. Default: takes it and reports delivery.</summary>
    public Func<CentreMessage, CentreReply> Reply { get; set; } = _ => CentreReply.Deliver;

    /// <summary>API key of a live tenant with generous limits.</summary>
    public string Key { get; private set; } = "";

    /// <summary>API key of another live tenant whose policy is <c>resendUnknown</c>.</summary>
    public string ResendingKey { get; private set; } = "";

    /// <summary>Public addresses that can be called now; one where nobody listens while there is none.</summary>
    public IReadOnlyList<string> Fronts
    {
        get
        {
            string[] known = [.. _silos.Append(Extra).Select(s => s?.Public).OfType<string>()];
            return known.Length > 0 ? known : ["http://127.0.0.1:9"];
        }
    }

    public static async Task<ChaosCluster> StartAsync(Action<string> say)
    {
        var server = await PostgresServer.StartAsync();
        var cluster = new ChaosCluster(server, await PostgresDatabase.CreateAsync(server), new ChaosClock());
        try
        {
            await cluster.StartSilosAsync(say);
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>A further place for a silo, not started.</summary>
    public ChaosSilo AddSilo(IReadOnlyDictionary<string, string>? environment = null)
    {
        var name = "silo-" + (_silos.Count + 1).ToString(CultureInfo.InvariantCulture);
        var silo = NewSilo(name, environment);
        _silos.Add(silo);
        return silo;
    }

    /// <summary>A silo that is none of the cluster's: the caller ends it.</summary>
    public ChaosSilo NewSilo(string name, IReadOnlyDictionary<string, string>? environment = null, params string[] more)
    {
        var variables = new Dictionary<string, string>(environment ?? new Dictionary<string, string>(), StringComparer.Ordinal)
        {
            ["MASKEDVERIFY_SANDBOX_KEY"] = _sandboxKey,
            ["MASKEDVERIFY_DATABASE"] = Database.ConnectionString,

            // A few people, whom many starts reach.
            ["MASKEDVERIFY_GRAINS__NUMBERSENDSPERHOUR"] = "1000000",
            ["MASKEDVERIFY_GRAINS__NUMBERSENDSPERDAY"] = "1000000",
        };
        return new ChaosSilo(name, Path.Combine(_folder.Parent, name), variables, [
            "--engine", "postgres", "--root-key-file", Path.Combine(_folder.Parent, "keys", "root.key"), "--allow-local-keys", "--urls", "http://127.0.0.1:0",
            "--cluster-certificate", Path.Combine(Tls, "cert.pem"), "--cluster-key", Path.Combine(Tls, "key.pem"), "--cluster-ca", Path.Combine(Tls, "ca.pem"),
            "--carrier", "smpp", "--smpp-host", "127.0.0.1", "--smpp-port", Centre.Port.ToString(CultureInfo.InvariantCulture), "--smpp-system-id", "chaos",
            "--smpp-password", "chaos", .. more,
        ]);
    }

    /// <summary>Starts every silo that is not running, waits until all are ready and a start reaches the centre.</summary>
    public async Task HealAsync()
    {
        // Rows that wait beside each other may both want it.
        await _healing.WaitAsync();
        try
        {
            await Task.WhenAll(_silos.Select(async silo =>
            {
                if (!await silo.IsReadyOrEndedAsync())
                    await silo.StartAsync();
                silo.Hide(false);
            }));
        }
        finally
        {
            _healing.Release();
        }

        await SendsAsync(Key, () => Fronts, Enough);
    }

    /// <summary>
    /// Waits until some starts in a row are accepted by the centre: after a loss the bind has to move to another silo, and every silo has to know where it is. New
    /// aliases come to silos at random, so one start says little about the others.
    /// </summary>
    private async Task SendsAsync(string key, Func<IReadOnlyList<string>> fronts, int inARow = 1)
    {
        var accepted = 0;
        using var verifier = new HttpVerifier(fronts, key, TimeSpan.FromSeconds(20), Clock, new CallsInFlight());
        var asked = Clock.Now;
        for (var i = 0; ; i++)
        {
            var number = Numbers.Next();
            var answer = await verifier.CallAsync(new OpCall(OpKind.Start, "probe-" + number[1..]) { Number = number });
            accepted = answer is { End: OpEnd.Ok, NewestAttempt: "accepted" or "sent" or "delivered" } ? accepted + 1 : 0;
            if (accepted == inARow)
                return;
            if (accepted > 0)
                continue;
            if (Clock.Now - asked > TimeSpan.FromSeconds(60))
                throw new InvalidOperationException($"No message is sent: {answer}.\n" + string.Join('\n', _silos.Select(s => s.Name + "\n" + s.Process.Output)));
            await Task.Delay(100);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_silos.Select(silo => silo.DisposeAsync().AsTask()));
        await Centre.DisposeAsync();
        await Server.DisposeAsync();
        _healing.Dispose();
        _authority.Dispose();
        _folder.Dispose();
    }

    private readonly string _sandboxKey = Domain.ApiKeyText.Create(live: false).Reveal();

    private string Tls => Path.Combine(_folder.Parent, "tls");

    private async Task StartSilosAsync(Action<string> say)
    {
        using (var certificate = _authority.Issue())
            _authority.Write(Tls, certificate);
        if (!OperatingSystem.IsWindows())
            Directory.CreateDirectory(Path.Combine(_folder.Parent, "keys"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        say("starting three silos on a PostgreSQL server of their own");
        var first = NewSilo("silo-1", null, "--migrate-at-start", "true");
        _silos.Add(first);
        await first.StartAsync();
        await Task.WhenAll(AddSilo().StartAsync(), AddSilo().StartAsync());

        var admin = first.Administration;
        var policy = new { resendSpacingSeconds = 10, sendsPerHour = 1_000_000, sendsPerDay = 1_000_000, numberSendsPerHour = 1_000_000, numberSendsPerDay = 1_000_000, countries = new[] { "*" }, startsPerSecond = 1_000_000, sendsPerUtcDay = 1_000_000_000 };
        Key = await admin.TenantAsync("Chaos", policy);
        ResendingKey = await admin.TenantAsync("Chaos with resends", new { policy.resendSpacingSeconds, policy.sendsPerHour, policy.sendsPerDay, policy.countries, resendUnknown = true });

        // Every silo polls the tenants by itself.
        foreach (var front in Fronts)
        {
            await SendsAsync(Key, () => [front]);
            await SendsAsync(ResendingKey, () => [front]);
        }
    }

    private CentreReply Answer(CentreMessage message)
    {
        var reply = Reply(message);
        if (CodePattern().Match(message.Text) is { Success: true } code)
            Messages.Add("+" + message.To, new SeenMessage(code.Value, Clock.Now, reply.Status == 0 && !reply.Drop, message.From));
        return reply;
    }

    [GeneratedRegex("[0-9]{6}", RegexOptions.None, 1000)]
    private static partial Regex CodePattern();
}
