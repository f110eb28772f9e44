using MaskedVerify.Grains;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>Grains that answer what a test says, and remember who was called.</summary>
internal sealed class FakeGrains
{
    private readonly List<GrainCall> _calls = [];

    public FakeGrains() => Factory = (IGrainFactory)InterfaceProxy.Create(typeof(IGrainFactory), (method, args) =>
        method is { Name: "GetGrain", IsGenericMethod: true } && args is [string key, ..]
            ? InterfaceProxy.Create(method.GetGenericArguments()[0], (verb, values) => Call(new GrainCall(key, verb.Name, values)))
            : throw new NotSupportedException(method.Name));

    public IGrainFactory Factory { get; }

    /// <summary>What a call returns; null falls back to <see cref="Samples.Answer"/>.</summary>
    public Func<GrainCall, object?>? Answer { get; set; }

    public IReadOnlyList<GrainCall> Calls
    {
        get
        {
            lock (_calls)
            {
                return [.. _calls];
            }
        }
    }

    public void Reset()
    {
        Answer = null;
        lock (_calls)
        {
            _calls.Clear();
        }
    }

    /// <summary>Every command answers like this.</summary>
    public void Reply(ReplyKind kind, LimitInfo? limit = null, string? pointer = null, string? detail = null) => Answer = call => call.Method switch
    {
        "CreateAlias" or "GetAlias" or "Erase" => Task.FromResult(new AliasReply(kind, null, false, limit, pointer, detail)),
        _ => Task.FromResult(new VerificationReply(kind, kind == ReplyKind.Ended ? Samples.View() with { Status = Domain.VerificationStatus.Approved } : null, null, limit, pointer, detail)),
    };

    private object? Call(GrainCall call)
    {
        lock (_calls)
        {
            _calls.Add(call);
        }

        return Answer?.Invoke(call) ?? Samples.Answer(call);
    }
}
