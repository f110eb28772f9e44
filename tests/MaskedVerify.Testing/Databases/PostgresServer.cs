using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace MaskedVerify.Testing;

/// <summary>
/// A real PostgreSQL of this machine (Debian's package <c>postgresql</c>) in a temporary folder on a loopback port of its own, with flushes on. It ends with the test
/// process, however that ends: a shell waits for its input to close, stops the server and removes the folder.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    /// <summary>The superuser's password.</summary>
    public const string Password = "postgres-of-a-test";

    // An asynchronous list reads from nowhere unless told otherwise, hence the third descriptor. When the server ends by itself (it was killed, or it could not
    // start) the shell ends too and leaves the folder for the next start; only a closed input removes it.
    private const string Keeper = """
        exec 3<&0
        "$0" "$@" >>"$LOG" 2>&1 </dev/null 3<&- & pid=$!
        (read -r line <&3; : >"$FOLDER/end"; kill -INT $pid) 2>/dev/null & keeper=$!
        wait $pid 2>/dev/null
        kill $keeper 2>/dev/null
        if [ -e "$FOLDER/end" ]; then rm -rf "$FOLDER"; fi
        """;

    private static readonly Lazy<Task<PostgresServer>> s_shared = new(() => StartAsync());

    private static readonly TimeSpan LongestStart = TimeSpan.FromMinutes(1);

    private readonly string _folder;
    private readonly HeldPort _port = HeldPort.Take();
    private readonly string _binaries;
    private readonly string[] _settings;
    private Process? _shell;
    private string[] _frozen = [];

    private PostgresServer(string binaries, string folder, string[] settings) => (_binaries, _folder, _settings) = (binaries, folder, settings);

    /// <summary>One server for all classes of a test program; it stays until the program ends.</summary>
    public static Task<PostgresServer> Shared => s_shared.Value;

    /// <summary>Its port on 127.0.0.1.</summary>
    public int Port => _port.Number;

    /// <summary>CPU time in seconds that its living processes have used: Linux only.</summary>
    public double CpuSeconds => Processes().Sum(id =>
    {
        try
        {
            using var process = Process.GetProcessById(int.Parse(id, CultureInfo.InvariantCulture));
            return process.TotalProcessorTime.TotalSeconds;
        }
        catch (Exception error) when (error is ArgumentException or InvalidOperationException)
        {
            return 0;
        }
    });

    /// <summary>Makes and starts a server of its own.</summary>
    /// <param name="settings">More of its settings, such as <c>shared_buffers=256MB</c>.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("mv-postgres-").FullName;
        var server = new PostgresServer(FindBinaries(), folder, settings);
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), Password);
        await RunAsync("chown", "-R", "postgres:postgres", folder);
        await RunAsync(
            server.AsPostgres(
                Path.Combine(server._binaries, "initdb"), "--no-sync", "-D", server.Data, "-U", "postgres", "-A", "scram-sha-256", "--pwfile",
                Path.Combine(folder, "password"), "-E", "UTF8", "--locale", "C.UTF-8"));
        await server.LaunchAsync();
        return server;
    }

    /// <summary>The superuser's connection string of a database.</summary>
    public string ConnectionString(string database, int? port = null) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = port ?? Port,
        Database = database,
        Username = "postgres",
        Password = Password,
        Timeout = 5,
    }.ToString();

    /// <summary>Kills the server as a power cut would: at once, with nothing written that was not flushed.</summary>
    public async Task KillAsync()
    {
        var pid = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        await RunAsync("kill", "-KILL", pid);
        await WaitForEndAsync();
    }

    /// <summary>Stops the server in order; connections are ended.</summary>
    public async Task StopAsync()
    {
        var pid = (await File.ReadAllLinesAsync(Path.Combine(Data, "postmaster.pid")))[0];
        await RunAsync("kill", "-INT", pid);
        await WaitForEndAsync();
    }

    /// <summary>Lets every process of the server stand still, as an overloaded or paused machine does: connections stay open and nothing is answered.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP", _frozen = Processes());

    /// <summary>Ends <see cref="FreezeAsync"/>, also for children of a server that was killed since.</summary>
    public Task ThawAsync() => SignalAsync("-CONT", _frozen);

    /// <summary>Starts it and returns when it takes connections.</summary>
    public async Task LaunchAsync()
    {
        // Children of a killed server hold its shared memory until they notice: it refuses to start before that.
        for (var began = Stopwatch.StartNew(); ;)
        {
            _shell = Start(AsPostgres(
            [
                "/bin/sh", "-c", Keeper,
                Path.Combine(_binaries, "postgres"), "-D", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "listen_addresses=127.0.0.1",
                "-c", "unix_socket_directories=", "-c", "fsync=on", "-c", "max_connections=300", "-c", "shared_buffers=64MB", "-c", "deadlock_timeout=100ms",
                .. _settings.SelectMany(setting => new[] { "-c", setting }),
            ]));
            if (await IsUpAsync(began))
                return;

            if (began.Elapsed > LongestStart)
                throw new InvalidOperationException("PostgreSQL did not start: " + await File.ReadAllTextAsync(Path.Combine(_folder, "log")));

            await Task.Delay(200);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_shell is { } shell)
        {
            shell.StandardInput.Close();
            await shell.WaitForExitAsync();
        }

        if (Directory.Exists(_folder))
        {
            Directory.Delete(_folder, recursive: true);
        }

        _port.Dispose();
    }

    private string Data => Path.Combine(_folder, "data");

    // Every connection has a process of its own, a child of the first one.
    private string[] Processes()
    {
        var first = File.ReadAllLines(Path.Combine(Data, "postmaster.pid"))[0];
        return [first, .. Directory.GetDirectories("/proc").Select(Path.GetFileName).OfType<string>().Where(name => int.TryParse(name, CultureInfo.InvariantCulture, out _) && ParentOf(name) == first)];
    }

    private static async Task SignalAsync(string signal, string[] processes)
    {
        foreach (var pid in processes)
        {
            try
            {
                await RunAsync("kill", signal, pid);
            }
            catch (InvalidOperationException)
            {
                // It has ended.
            }
        }
    }

    private static string? ParentOf(string? pid)
    {
        try
        {
            return File.ReadLines($"/proc/{pid}/status").FirstOrDefault(line => line.StartsWith("PPid:", StringComparison.Ordinal))?[5..].Trim();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task WaitForEndAsync()
    {
        if (_shell is { } shell)
        {
            await shell.WaitForExitAsync();
            _shell = null;
        }
    }

    // False when it has ended, or the time is over.
    private async Task<bool> IsUpAsync(Stopwatch began)
    {
        while (began.Elapsed < LongestStart && _shell is { HasExited: false })
        {
            try
            {
                await using var connection = new NpgsqlConnection(ConnectionString("postgres") + ";Pooling=false");
                await connection.OpenAsync();
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(50);
            }
        }

        return false;
    }

    private static string FindBinaries() =>
        Directory.Exists("/usr/lib/postgresql")
            && Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).Where(bin => File.Exists(Path.Combine(bin, "postgres")))
                .OrderBy(bin => bin.Length).ThenBy(bin => bin, StringComparer.Ordinal).LastOrDefault() is { } found
            ? found
            : throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql");

    // It refuses to run as root.
    private string[] AsPostgres(params string[] command) =>
        Environment.UserName == "root" ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command] : command;

    private static async Task RunAsync(params string[] command)
    {
        if (command[0] == "chown" && Environment.UserName != "root")
        {
            return;
        }

        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })
            ?? throw new InvalidOperationException($"{command[0]} did not start.");
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{command[0]} ended with {process.ExitCode}: {error}{await output}");
        }
    }

    private Process Start(string[] command)
    {
        var start = new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false, RedirectStandardInput = true };
        start.Environment["LOG"] = Path.Combine(_folder, "log");
        start.Environment["FOLDER"] = _folder;
        return Process.Start(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
    }
}
