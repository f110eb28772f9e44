using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;
using Orleans.Services;

namespace MaskedVerify.Grains.Doors;

/// <summary>
/// How others reach what one certain vault silo keeps in memory: its sandbox inbox. The name of this interface is part of its address: for ever.
/// </summary>
[GrainInterfaceType("mv.vault-door")]
internal interface IVaultDoor : IGrainService
{
    /// <summary>Sandbox messages of an alias on this silo, newest first; none for a live tenant, a foreign alias, or a credential that is not admitted.</summary>
    [Alias("ListSandbox")]
    Task<IReadOnlyList<SandboxNote>> ListSandbox(Caller caller, AliasId alias, int max);

    /// <summary>Forgets the sandbox messages of an alias (erasure).</summary>
    [Alias("ForgetSandbox")]
    Task ForgetSandbox(AliasId alias);
}

/// <summary><see cref="SandboxMessage"/> between silos: it has the text with the code, and no number. Prints without both.</summary>
[GenerateSerializer, Immutable, Alias("mv.SandboxNote")]
internal sealed record SandboxNote(
    [property: Id(0)] AliasId Alias,
    [property: Id(1)] VerificationId Verification,
    [property: Id(2)] int Attempt,
    [property: Id(3)] Channel Channel,
    [property: Id(4)] string Text,
    [property: Id(5)] string Code,
    [property: Id(6)] string Outcome,
    [property: Id(7)] DateTimeOffset At)
{
    internal static SandboxNote Of(SandboxMessage m) => new(m.Alias, m.Verification, m.Attempt, m.Channel, m.Text, m.Code, m.Outcome, m.At);

    internal SandboxMessage ToMessage() => new(Alias, Verification, Attempt, Channel, Text, Code, Outcome, At);

    /// <inheritdoc/>
    public override string ToString() => $"SandboxNote {{ {Verification}#{Attempt} }}";
}
