namespace MaskedVerify.Carriers.Smpp;

/// <summary>How fast a session may submit: shrinks when the centre throttles, grows back with every window of accepted messages. Pure.</summary>
internal static class ThrottleRules
{
    /// <summary>Pause after the first throttle; it doubles while throttling goes on.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(250);

    /// <summary>Longest pause: shorter than a submit's usual deadline, so that one that waits can still be sent.</summary>
    public static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(5);

    public static ThrottleState Initial(int window) => new(window, window, 0, FirstPause, 0);

    /// <summary>The centre throttled a submit that was sent in <paramref name="epoch"/>. The others of the same burst change nothing more.</summary>
    public static ThrottleState Throttled(ThrottleState state, int epoch) => epoch != state.Epoch ? state : state with
    {
        Limit = Math.Max(1, state.Limit / 2),
        Accepted = 0,
        NextPause = state.NextPause * 2 < MaxPause ? state.NextPause * 2 : MaxPause,
        Epoch = state.Epoch + 1,
    };

    /// <summary>The centre took a submit of <paramref name="epoch"/>: after a whole window of them, one more may be under way and the next pause is short again.</summary>
    public static ThrottleState Accepted(ThrottleState state, int epoch)
    {
        if (epoch != state.Epoch || (state.Limit == state.Window && state.NextPause == FirstPause))
        {
            return state;
        }

        return state.Accepted + 1 < state.Limit
            ? state with { Accepted = state.Accepted + 1 }
            : state with { Accepted = 0, Limit = Math.Min(state.Window, state.Limit + 1), NextPause = FirstPause };
    }
}

/// <summary>State of <see cref="ThrottleRules"/>.</summary>
/// <param name="Window">Configured most submits without an answer.</param>
/// <param name="Limit">Allowed now, 1 to <paramref name="Window"/>.</param>
/// <param name="Accepted">Since the limit last changed.</param>
/// <param name="NextPause">What the next throttle costs.</param>
/// <param name="Epoch">Grows with each throttle that counted.</param>
internal readonly record struct ThrottleState(int Window, int Limit, int Accepted, TimeSpan NextPause, int Epoch);
