using MaskedVerify.Domain;

namespace MaskedVerify.Grains.PhoneAliases;

/// <summary>One verification while it may still be checked. Immutable. Times are Unix milliseconds.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.LiveVerification")]
internal sealed record LiveVerification
{
    /// <summary>Its id without the alias' part, see <see cref="PackedIds"/>.</summary>
    [Id(0)]
    public byte[] PackedId { get; init; } = [];

    /// <summary>The caller's reference, or null.</summary>
    [Id(1)]
    public string? Reference { get; init; }

    /// <summary>The purpose; null is <c>default</c>.</summary>
    [Id(2)]
    public string? PurposeOrNull { get; init; }

    /// <summary>Language of its texts.</summary>
    [Id(3)]
    public string Locale { get; init; } = string.Empty;

    /// <summary>What a resend does with the code.</summary>
    [Id(4)]
    public ResendPolicy ResendPolicy { get; init; }

    /// <summary>Start.</summary>
    [Id(5)]
    public long CreatedAt { get; init; }

    /// <summary>When the last of its codes stops being valid.</summary>
    [Id(6)]
    public long ExpiresAt { get; init; }

    /// <summary>Life of one code, 60 to 600.</summary>
    [Id(7)]
    public int TtlSeconds { get; init; }

    /// <summary>Digits of its codes.</summary>
    [Id(8)]
    public int CodeLength { get; init; }

    /// <summary>Valid codes, oldest first: one, or two under keep-previous. Empty once it has ended.</summary>
    [Id(9)]
    public CodeEntry[]? CodesOrNull { get; init; }

    /// <summary>Attempts to deliver, oldest first.</summary>
    [Id(10)]
    public AttemptEntry[]? AttemptsOrNull { get; init; }

    /// <summary>Sends so far; each has one or more attempts. The newest send's number.</summary>
    [Id(11)]
    public int Sends { get; init; }

    /// <summary>When the newest send was claimed.</summary>
    [Id(12)]
    public long LastSendAt { get; init; }

    /// <summary>Wrong tries in this verification.</summary>
    [Id(13)]
    public int FailedChecks { get; init; }

    /// <summary>Low 64 bits of the command that started it: the front's own retry finds it.</summary>
    [Id(14)]
    public ulong StartCommand { get; init; }

    /// <summary>The same of every judged check, oldest first: at most one more than its wrong tries.</summary>
    [Id(15)]
    public ulong[]? CheckCommandsOrNull { get; init; }

    /// <summary>The same of every resend: fewer than <see cref="Sends"/>.</summary>
    [Id(16)]
    public ulong[]? ResendCommandsOrNull { get; init; }

    internal CodeEntry[] Codes => CodesOrNull ?? [];

    internal AttemptEntry[] Attempts => AttemptsOrNull ?? [];

    internal ulong[] CheckCommands => CheckCommandsOrNull ?? [];

    internal ulong[] ResendCommands => ResendCommandsOrNull ?? [];

    internal string Purpose => PurposeOrNull ?? PhoneAliasLimits.DefaultPurpose;

    /// <summary>Channel of the newest attempt: what a wrong try counts against.</summary>
    internal Channel Channel => Attempts is [.., var last] ? last.Channel : Channel.Sms;

    internal bool Is(ReadOnlySpan<byte> packedId) => packedId.SequenceEqual(PackedId);

    /// <summary>No reference, no codes.</summary>
    public override string ToString() => $"LiveVerification {{ {Attempts.Length} attempts }}";
}

/// <summary>A valid code. Never in clear.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.CodeEntry")]
internal sealed record CodeEntry
{
    /// <summary>The send it was made for, from 1.</summary>
    [Id(0)]
    public int Send { get; init; }

    /// <summary>Keyed MAC, 32 bytes.</summary>
    [Id(1)]
    public byte[] Mac { get; init; } = [];

    /// <summary>The sealed code while a step may still need to send it; otherwise null.</summary>
    [Id(2)]
    public byte[]? Sealed { get; init; }

    /// <summary>When it was made.</summary>
    [Id(3)]
    public long CreatedAt { get; init; }

    /// <summary>Not accepted from this moment on.</summary>
    [Id(4)]
    public long ExpiresAt { get; init; }

    /// <summary>Milliseconds by which waits have extended it, at most <see cref="PhoneAliasLimits.MostExtension"/>.</summary>
    [Id(5)]
    public int Extended { get; init; }

    /// <summary>Nothing of the code.</summary>
    public override string ToString() => $"CodeEntry {{ send {Send} }}";
}

/// <summary>One attempt to deliver.</summary>
[GenerateSerializer, Immutable, OmitDefaultMemberValues, Alias("mv.AttemptEntry")]
internal sealed record AttemptEntry
{
    /// <summary>The send it serves, from 1.</summary>
    [Id(0)]
    public int Send { get; init; }

    /// <summary>SMS or voice.</summary>
    [Id(1)]
    public Channel Channel { get; init; }

    /// <summary>The chosen route.</summary>
    [Id(2)]
    public RouteId Route { get; init; }

    /// <summary>How far it came; only forward.</summary>
    [Id(3)]
    public AttemptStatus Status { get; init; }

    /// <summary>Parts, 0 while unknown.</summary>
    [Id(4)]
    public int Segments { get; init; }

    /// <summary>When it was claimed.</summary>
    [Id(5)]
    public long At { get; init; }

    /// <summary>A short machine word: why it was made, then why it failed; or null.</summary>
    [Id(6)]
    public string? Why { get; init; }

    /// <summary>Whether its result is still awaited.</summary>
    internal bool IsAwaited => Status is AttemptStatus.Claimed or AttemptStatus.Queued;

    /// <summary>Whether the message may be, or come, on the device.</summary>
    internal bool IsHopeful => Status is not (AttemptStatus.Rejected or AttemptStatus.Undelivered);
}
