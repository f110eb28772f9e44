using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using MaskedVerify.Carriers.Sandbox;
using MaskedVerify.Domain;
using MaskedVerify.Front.Verifications;

namespace MaskedVerify.Front.Sandbox;

/// <summary>What the sandbox would have sent to an alias.</summary>
[Description("What the sandbox carrier would have sent to an alias, newest first. Kept in memory only.")]
internal sealed record SandboxMessagesResource(
    [property: Description("The alias that was asked for."), RegularExpression("^pa-[0-9a-z]{40}$")] string Alias,
    [property: Description("Newest first, at most 20.")] IReadOnlyList<SandboxMessageResource> Messages);

/// <summary>One message.</summary>
[Description("One message that no real carrier has seen.")]
internal sealed record SandboxMessageResource(
    [property: Description("The verification that it belongs to.")] string Verification,
    [property: Description("Index of the attempt, from 0.")] int Attempt,
    [property: Description("The code in it. Only the sandbox ever shows a code.")] string Code,
    [property: Description("The whole text.")] string Text,
    [property: Description("The way it would have travelled.")] Channel Channel,
    [property: Description("What the magic number made happen: `delivered`, `undelivered`, …")] string Outcome,
    [property: Description("Whether a real phone would have got it. Where it is false the code is shown for tests only: no person could type it.")] bool Arrives,
    [property: Description("When it was handed over (UTC).")] DateTime At)
{
    /// <summary>From the inbox.</summary>
    public static SandboxMessageResource From(SandboxMessage message) => new(
        message.Verification.Value, message.Attempt, message.Code, message.Text, message.Channel, message.Outcome, SandboxNumbers.Arrives(message.Outcome), WireTime.From(message.At));

    /// <inheritdoc/>
    public override string ToString() => nameof(SandboxMessageResource);
}

/// <summary>The magic numbers.</summary>
[Description("The numbers that force an outcome. They belong to the range that the North American plan sets aside for fiction.")]
internal sealed record SandboxNumbersResource(
    [property: Description("How they are written: the last two digits choose the outcome, the area code is free.")] string Pattern,
    [property: Description("One example for each outcome.")] IReadOnlyList<SandboxNumberResource> Numbers);

/// <summary>One magic number.</summary>
[Description("A number and what it makes happen.")]
internal sealed record SandboxNumberResource(
    [property: Description("An example in international format.")] string Number,
    [property: Description("The outcome as a word; messages show the same.")] string Outcome,
    [property: Description("What happens, in a sentence.")] string WhatHappens);
