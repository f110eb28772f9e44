namespace MaskedVerify.Carriers.Sandbox;

/// <summary>One magic number of the sandbox.</summary>
/// <param name="Number">An example in E.164; any other area code does the same, see <see cref="SandboxNumbers"/>.</param>
/// <param name="Name">A short machine word, also <see cref="SandboxMessage.Outcome"/>: <c>delivered</c>, <c>undelivered</c>, …</param>
/// <param name="WhatHappens">One or two sentences for developers.</param>
/// <param name="Arrives">Whether a real phone would have got the message.</param>
public sealed record SandboxNumber(string Number, string Name, string WhatHappens, bool Arrives);
