namespace MaskedVerify.Carriers.Text;

/// <summary>The texts of one locale. Each takes the brand (maybe empty), the code, and the minutes of validity.</summary>
/// <param name="Long">The usual text.</param>
/// <param name="Short">For when the usual one does not fit one segment: at most 38 UTF-16 units without brand and code.</param>
/// <param name="Voice">What a call says; the code comes as single digits with commas, and is said twice.</param>
internal sealed record MessageTemplate(
    Func<string, string, int, string> Long, Func<string, string, int, string> Short, Func<string, string, int, string> Voice);
