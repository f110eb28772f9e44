using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using MaskedVerify.Testing;

namespace MaskedVerify.Load.Servers;

/// <summary>The product's own server as a process of its own: started on free loopback ports, stopped with SIGTERM.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan s_startTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_stopTimeout = TimeSpan.FromSeconds(30);

    private readonly ChildProcess _child;
    private readonly TempFolder _folder;
    private readonly HeldPort? _gateway;

    private ServerProcess(ChildProcess child, TempFolder folder, Banner banner, HeldPort? gateway, string operatorKey, TimeSpan listening, TimeSpan ready)
    {
        _child = child;
        _folder = folder;
        PublicAddress = banner.Public;
        InternalAddress = banner.Internal;
        _gateway = gateway;
        OperatorKey = operatorKey;
        TimeToListening = listening;
        TimeToReady = ready;
    }

    private sealed record Banner(Uri Public, Uri Internal);

    /// <summary>Where the API is.</summary>
    public Uri PublicAddress { get; }

    /// <summary>Where administration and metrics are.</summary>
    public Uri InternalAddress { get; }

    /// <summary>Port of the Orleans gateway, if it was asked for.</summary>
    public int? GatewayPort => _gateway?.Number;

    /// <summary>The operator's key that it was started with.</summary>
    public string OperatorKey { get; }

    /// <summary>From the start of the process to the line that tells where it listens.</summary>
    public TimeSpan TimeToListening { get; }

    /// <summary>From the start of the process to the first 200 of <c>/health/ready</c>.</summary>
    public TimeSpan TimeToReady { get; }

    /// <summary>Id of the process.</summary>
    public int Id => _child.Id;

    /// <summary>The last lines that it printed.</summary>
    public string LastLines => _child.LastLines;

    /// <summary>Its databases.</summary>
    public string DataFolder => _folder.Path;

    /// <summary>Starts one and waits until it is ready.</summary>
    /// <exception cref="LoadSetupException">It did not start; the message has its last lines.</exception>
    public static async Task<ServerProcess> StartAsync(ServerSettings settings, CancellationToken cancellationToken)
    {
        if (!File.Exists(settings.Program))
            throw new LoadSetupException($"There is no server {settings.Program}: build it, or name another one with --server.");
        var folder = TempFolder.Open(settings.DataFolder);
        ChildProcess? child = null;
        HeldPort? gateway = null;
        try
        {
            gateway = settings.Gateway ? HeldPort.Take() : null;
            var watch = Stopwatch.StartNew();
            var operatorKey = settings.OperatorKey ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
            child = ChildProcess.Start("dotnet", Arguments(settings, folder.Path, gateway?.Number), Variables(settings, operatorKey), Path.GetTempPath());
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(s_startTimeout);
            var banner = await ReadBannerAsync(child, limit.Token);
            var listening = watch.Elapsed;
            await WaitUntilReadyAsync(banner.Public, limit.Token);
            return new ServerProcess(child, folder, banner, gateway, operatorKey, listening, watch.Elapsed);
        }
        catch (Exception error)
        {
            var lines = child?.LastLines;
            if (child is not null)
                await child.DisposeAsync();
            folder.Dispose();
            gateway?.Dispose();
            if (error is LoadSetupException || cancellationToken.IsCancellationRequested)
                throw;
            throw new LoadSetupException($"The server did not become ready within {s_startTimeout.TotalSeconds:F0} s ({error.GetType().Name}). Its last lines:\n{lines}");
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _child.StopAsync(s_stopTimeout);
        await _child.DisposeAsync();
        _folder.Dispose();
        _gateway?.Dispose();
    }

    private static List<string> Arguments(ServerSettings settings, string folder, int? gateway)
    {
        List<string> arguments = [settings.Program, "--data", folder, "--urls", "http://127.0.0.1:0", "--internal-port", "0"];
        if (gateway is { } port)
            arguments.AddRange(["--gateway", port.ToString(CultureInfo.InvariantCulture)]);
        arguments.AddRange(settings.Switches);
        return arguments;
    }

    private static Dictionary<string, string> Variables(ServerSettings settings, string operatorKey) => new(settings.Environment, StringComparer.Ordinal)
    {
        ["MASKEDVERIFY_OPERATOR_KEY"] = operatorKey,

        // More than one start of an alias may be open; more messages than that only make answers of the inbox longer.
        ["MASKEDVERIFY_SANDBOX__INBOXPERALIAS"] = "5",
        ["MASKEDVERIFY_SANDBOX__INBOXTOTAL"] = settings.InboxTotal.ToString(CultureInfo.InvariantCulture),
        ["MASKEDVERIFY_SANDBOX__RECEIPTS"] = settings.Receipts ? "true" : "false",
    };

    private static async Task<Banner> ReadBannerAsync(ChildProcess child, CancellationToken cancellationToken)
    {
        Uri? publicAddress = null;
        await foreach (var line in child.ReadLinesAsync(cancellationToken))
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["public", var address, ..]:
                    publicAddress = new Uri(address);
                    break;
                case ["internal", var address, ..] when publicAddress is not null:
                    return new Banner(publicAddress, new Uri(address));
            }
        }

        throw new LoadSetupException($"The server stopped before it was ready. Its last lines:\n{child.LastLines}");
    }

    private static async Task WaitUntilReadyAsync(Uri address, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(5) };
        while (true)
        {
            try
            {
                using var answer = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), cancellationToken);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // not listening yet
            }

            await Task.Delay(5, cancellationToken);
        }
    }
}
