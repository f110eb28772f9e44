using System.Text.Json;
using MaskedVerify.Front.Problems;
using MaskedVerify.Front.Security;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Requests;

/// <summary>A command as it came in: its stamp and its body, or the problem that answers it.</summary>
/// <typeparam name="T">The body.</typeparam>
internal readonly record struct Reading<T>(CommandStamp Stamp, T? BodyOrNull, Problem? Problem)
    where T : class
{
    /// <summary>The body of a reading without a problem, where it is not optional.</summary>
    public T Body => BodyOrNull ?? throw new InvalidOperationException("There is no body; look at the problem first.");

    /// <summary>Reads header and body; every mistake of both is in one problem.</summary>
    public static async ValueTask<Reading<T>> ReadAsync(HttpContext context, RequestCaller caller, Func<JsonElement, List<RequestError>, T> read, bool optional = false)
    {
        var keyProblem = RequestStamp.TryRead(context, caller, out var stamp);
        if (keyProblem is not null)
            return new Reading<T>(stamp, null, keyProblem);
        var (document, problem) = await RequestBody.ReadAsync(context, optional);
        using (document)
        {
            if (document is null)
                return new Reading<T>(stamp, null, problem);
            List<RequestError> errors = [];
            var body = read(document.RootElement, errors);
            return errors.Count == 0 ? new Reading<T>(stamp, body, null) : new Reading<T>(stamp, null, Problem.Invalid(errors));
        }
    }
}
