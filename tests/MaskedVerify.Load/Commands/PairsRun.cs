using System.Security.Cryptography;
using MaskedVerify.Load.Driving;
using MaskedVerify.Load.References;
using MaskedVerify.Load.Reports;
using MaskedVerify.Load.Servers;
using MaskedVerify.Load.Targets;

namespace MaskedVerify.Load.Commands;

/// <summary>One run as the command line asks for it.</summary>
internal sealed record PairsRun
{
    private const int NumbersVerified = 20_000;
    private const int IdentityUsers = 4_096;

    private readonly ProgressLine _progress = new();

    public required string Target { get; init; }

    public int Silos { get; init; }

    public bool Postgres { get; init; }

    public bool Inside { get; init; }

    public Uri? Url { get; init; }

    public Uri? InternalUrl { get; init; }

    public string? Key { get; init; }

    public string? OperatorKey { get; init; }

    public required LoadShape Shape { get; init; }

    public int Warm { get; init; }

    public TimeSpan Reference { get; init; }

    public TimeSpan Identity { get; init; }

    public long? Seed { get; init; }

    public required ServerSettings Server { get; init; }

    public string? Json { get; init; }

    /// <summary>The pattern of the load in words.</summary>
    public string Pattern
    {
        get
        {
            var text = Warm == 0 ? "every start on a new number" : $"{Warm:N0} known aliases at random";
            if (Shape.Rate > 0)
                text += $", {Shape.Rate:N0} pairs/s asked for";
            if (Shape.Pause > TimeSpan.Zero)
                text += $", at least {Shape.Pause.TotalSeconds} s between start and check";
            if (Shape.Live > 0)
                text += $", {Shape.Live:N0} verifications held open";
            return text + (Shape.IdempotencyKeys ? ", idempotency keys" : "") + (Server.Receipts ? "" : ", no delivery receipts");
        }
    }

    /// <summary>Runs everything; 0 when there were pairs and no errors, otherwise 1.</summary>
    public async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        var at = DateTimeOffset.UtcNow;
        var loadAverage = ProcessFigures.LoadAverage();
        var seed = Seed ?? RandomNumberGenerator.GetInt32(int.MaxValue);
        var echo = await EchoAsync(cancellationToken);
        await using var target = await OpenAsync(cancellationToken);
        var fsyncs = Fsyncs(target);
        var identity = await IdentityAsync(target, 1, cancellationToken);
        var identities = Silos > 1 ? await IdentityAsync(target, Silos, cancellationToken) : null;
        var destinations = await DestinationsAsync(target, seed, cancellationToken);
        var figures = await new LoadRun(target, Shape, _progress).RunAsync(destinations, (int)seed, cancellationToken: cancellationToken);
        var report = LoadReport.From(figures, target.Description, Pattern, Shape, at, loadAverage) with
        {
            Echo = echo,
            Identity = identity,
            Identities = identities,
            Silos = Silos,
            FsyncsPerSecond = fsyncs,
            InboxReadsPerSecond = figures.Pairs > 0 ? await InboxAsync(target, destinations) : null,
        };
        if (report.Errors.Count > 0 && target.LastLines is { Length: > 0 } lines)
            _progress.Say("the server's last lines:\n" + lines);
        _progress.Say("stopping the target");
        Console.WriteLine(ReportTable.Text(report));
        if (Json is not null)
            report.Save(Json);
        return report.Pairs > 0 && report.Errors.Count == 0 ? 0 : 1;
    }

    /// <summary>Starts the target, or attaches to it.</summary>
    public async Task<ILoadTarget> OpenAsync(CancellationToken cancellationToken)
    {
        _progress.Say("starting the target");
        return Target switch
        {
            "host" => await HostTarget.StartAsync(Silos, Inside, Server, cancellationToken),
            "client" => await ClientTarget.StartAsync(Server, cancellationToken),
            _ when Postgres => await ClusterTarget.StartAsync(Silos, Server, cancellationToken),
            _ when Url is not null => await HttpTarget.AttachAsync(Url, Key, InternalUrl, OperatorKey, cancellationToken),
            _ => await HttpTarget.StartAsync(Server, cancellationToken),
        };
    }

    /// <summary>Whom the starts go to; makes the aliases that a warm run visits.</summary>
    public async Task<Destinations> DestinationsAsync(ILoadTarget target, long seed, CancellationToken cancellationToken)
    {
        var numbers = new NumberRange(seed);
        numbers.Verify(Math.Max(NumbersVerified, Warm));
        return new Destinations(numbers, Warm == 0 ? [] : await WarmAliases.CreateAsync(target, Shape, numbers, Warm, _progress, cancellationToken));
    }

    private async Task<ReferenceFigures?> EchoAsync(CancellationToken cancellationToken)
    {
        if (Reference == TimeSpan.Zero)
            return null;
        _progress.Say($"reference: echo for {Reference.TotalSeconds:F0} s");
        return await EchoReference.RunAsync(Shape.Connections, Reference, cancellationToken);
    }

    // Beside the idle target, on its disk.
    private async Task<ReferenceFigures?> IdentityAsync(ILoadTarget target, int processes, CancellationToken cancellationToken)
    {
        if (Identity == TimeSpan.Zero)
            return null;
        _progress.Say($"reference: an ASP.NET Core Identity application for {Identity.TotalSeconds:F0} s, {processes} of it side by side");
        var numbers = new NumberRange(0);
        var known = Enumerable.Range(0, IdentityUsers).Select(i => numbers.At(i)).ToArray();
        return await IdentityReference.RunAsync(target.DataFolder ?? Path.GetTempPath(), processes, Shape.Connections, Identity, known, cancellationToken);
    }

    private double? Fsyncs(ILoadTarget target)
    {
        if (Reference == TimeSpan.Zero || target.DataFolder is not { } folder)
            return null;
        _progress.Say($"reference: write+fsync for {Reference.TotalSeconds:F0} s");
        return FsyncReference.Run(folder, Reference);
    }

    private async Task<double?> InboxAsync(ILoadTarget target, Destinations destinations)
    {
        if (Reference == TimeSpan.Zero || target is HostTarget)
            return null;
        _progress.Say($"reference: reads of the inbox for {Reference.TotalSeconds:F0} s");
        return await InboxReference.RunAsync(target, Shape, destinations, Reference);
    }
}
