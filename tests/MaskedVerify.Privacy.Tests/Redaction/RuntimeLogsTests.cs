using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Privacy.Tests.Redaction;

/// <summary>What Orleans and ASP.NET Core really write: the scanner must leave every line of it alone, or operators could not read their logs.</summary>
public sealed class RuntimeLogsTests
{
    [Fact]
    public async Task Orleans_TwoSilosAtDebug_AreLeftAlone()
    {
        var lines = new Lines();
        var builder = new Orleans.TestingHost.InProcessTestClusterBuilder(2);
        builder.Options.ConfigureFileLogging = false;
        builder.Options.ClusterId = "test";
        builder.ConfigureSiloHost((_, host) => host.Services.AddLogging(logging => logging.AddProvider(lines).SetMinimumLevel(LogLevel.Debug)));
        var cluster = builder.Build();
        await using (cluster)
        {
            await cluster.DeployAsync();
            for (var i = 0; i < 20; i++)
            {
                await cluster.Client.GetGrain<Orleans.Runtime.IManagementGrain>(0).GetHosts();
            }
        }

        lines.AssertLeftAlone(atLeast: 200);
    }

    [Fact]
    public async Task AspNetCore_AtTrace_IsLeftAlone()
    {
        var lines = new Lines();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRouting();
        builder.Logging.AddProvider(lines).SetMinimumLevel(LogLevel.Trace);
        await using var app = builder.Build();
        app.UseRouting();
        app.MapGet("/v1/verifications/{id}", (string id) => new string('x', 1_234 + id.Length));
        app.MapPost("/v1/fail", () => { throw new InvalidOperationException("on purpose"); });
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
        for (var i = 0; i < 20; i++)
        {
            using var answer = await client.GetAsync(new Uri($"/v1/verifications/vf-{i:D26}", UriKind.Relative));
            using var failed = await client.PostAsync(new Uri("/v1/fail", UriKind.Relative), new StringContent(new string('x', 12_345)));
        }

        await app.StopAsync();
        lines.AssertLeftAlone(atLeast: 200);
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly LeakScanner _scanner = new(Options.Create(new LeakScanOptions()));
        private readonly ConcurrentBag<string> _masked = [];
        private int _count;

        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose()
        {
        }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull
        {
            Take(state.ToString() ?? string.Empty, state);
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            Interlocked.Increment(ref _count);
            Take(formatter(state, exception), state);
            Take(exception?.ToString() ?? string.Empty, null);
        }

        public void AssertLeftAlone(int atLeast)
        {
            Assert.True(_count >= atLeast, $"Only {_count} lines were written.");
            Assert.True(_masked.IsEmpty, $"{_masked.Count} of {_count}:\n" + string.Join('\n', _masked.Distinct().Take(100)));
        }

        private void Take(string text, object? state)
        {
            var counts = default(ScanCounts);
            var scanned = _scanner.Scan(text, ref counts);
            if (!counts.IsClean)
            {
                _masked.Add($"'{text}' became '{scanned}'");
            }

            if (state is IEnumerable<KeyValuePair<string, object?>> values && ValueScanner.Scan(_scanner, values, ref counts) is { } masked)
            {
                _masked.Add(string.Join(", ", masked.Zip(values).Where(pair => !Equals(pair.First.Value, pair.Second.Value)).Select(pair => $"{pair.Second} became {pair.First}")));
            }
        }
    }
}
