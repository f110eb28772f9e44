using MaskedVerify.Domain;
using MaskedVerify.Grains;

namespace MaskedVerify.Front.Tests.Support;

/// <summary>Resources as grains return them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset At = new(2026, 11, 23, 18, 51, 37, 204, TimeSpan.Zero);

    public static AliasId Alias { get; } = AliasId.Create('1', 42, 7);

    public static VerificationId Verification { get; } = VerificationId.Create('1', Alias, 43, 8);

    public static VerificationView View(AttemptStatus attempt = AttemptStatus.Accepted, VerificationStatus status = VerificationStatus.Pending) => new(
        Verification, Alias, status, null, "order-42", "login", new PhoneDestination("US", LineType.LandlineOrMobile), At, At.AddMinutes(5),
        new NextSteps(true, 0, 5, false, 30), [new AttemptView(Channel.Sms, RouteId.Parse("sandbox-sms"), attempt, 1, At, null)]);

    public static AliasView AliasView { get; } = new(Alias, "default", new PhoneDestination("US", LineType.LandlineOrMobile), At, null);

    /// <summary>A success of every method.</summary>
    public static object Answer(GrainCall call) => call.Method switch
    {
        "CreateAlias" => Task.FromResult(new AliasReply(ReplyKind.Ok, AliasView, Created: true)),
        "GetAlias" or "Erase" => Task.FromResult(new AliasReply(ReplyKind.Ok, AliasView)),
        "Check" => Task.FromResult(new VerificationReply(ReplyKind.Ok, View(), Valid: false)),
        _ => Task.FromResult(new VerificationReply(ReplyKind.Ok, View())),
    };
}
