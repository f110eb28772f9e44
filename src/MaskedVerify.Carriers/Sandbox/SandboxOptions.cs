using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace MaskedVerify.Carriers.Sandbox;

/// <summary>How the sandbox carrier behaves.</summary>
public sealed class SandboxOptions
{
    /// <summary>Whether accepted messages get delivery receipts (default true). Off for load tests that measure without them; the number for an early receipt ignores it.</summary>
    public bool Receipts { get; set; } = true;

    /// <summary>From acceptance to a usual receipt (default 300 ms, 1 ms to 1 minute).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:01:00")]
    public TimeSpan ReceiptDelay { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Time to the answer of the slow number (default 1.5 s, at most 8 s, the deadline of a real carrier).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:08")]
    public TimeSpan SlowAnswer { get; set; } = TimeSpan.FromMilliseconds(1500);

    /// <summary>When the number that never answers is given up (default 3 s: longer than a start waits for its attempt, shorter than the 8 s of a real carrier; at most 8 s).</summary>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:00:08")]
    public TimeSpan AnswerDeadline { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Messages kept per alias (default 20, 1 to 100).</summary>
    [Range(1, 100)]
    public int InboxPerAlias { get; set; } = 20;

    /// <summary>Messages kept in all (default 10,000, 1 to 1,000,000). Each takes about 1 KB at most, so the default bounds the inbox to about 10 MB.</summary>
    [Range(1, 1_000_000)]
    public int InboxTotal { get; set; } = 10_000;

    /// <summary>Receipts that may wait to be handed in (default 100,000, about 20 MB; 1 to 1,000,000). Beyond it a receipt is dropped and logged once a minute.</summary>
    [Range(1, 1_000_000)]
    public int MaxWaitingReceipts { get; set; } = 100_000;
}

/// <summary>The annotations of <see cref="SandboxOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class SandboxOptionsValidator : IValidateOptions<SandboxOptions>;
