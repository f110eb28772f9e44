namespace MaskedVerify.Testing;

/// <summary>A canary that turned up where none may be. Says which one by its number, never its digits.</summary>
/// <param name="Where">What was inspected: a file, a log category, a request.</param>
/// <param name="Encoding">How it was written there, for example <c>text</c>, <c>base64/text</c>, <c>utf-16</c>, <c>int64</c>.</param>
/// <param name="Canary">Which canary: <c>number 17</c>, <c>national form of number 17</c>, <c>code 3</c>.</param>
public sealed record LeakHit(string Where, string Encoding, string Canary);
