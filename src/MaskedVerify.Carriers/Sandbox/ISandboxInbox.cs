using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Sandbox;

/// <summary>What the sandbox carrier would have sent, newest first; in memory, bounded, of this process only.</summary>
public interface ISandboxInbox
{
    /// <summary>Messages to an alias, newest first, at most <paramref name="max"/> (1-100).</summary>
    IReadOnlyList<SandboxMessage> List(AliasId alias, int max = 20);

    /// <summary>Forgets the messages of an alias (erasure).</summary>
    void Forget(AliasId alias);
}

/// <summary>One message of the sandbox. It has the text with the code, and no number.</summary>
public sealed record SandboxMessage(
    AliasId Alias, VerificationId Verification, int Attempt, Channel Channel, string Text, string Code, string Outcome, DateTimeOffset At)
{
    /// <inheritdoc/>
    public override string ToString() => $"SandboxMessage {{ {Verification}#{Attempt} }}";
}
