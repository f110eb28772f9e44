using MaskedVerify.Carriers.Smpp.Protocol;

namespace MaskedVerify.Carriers.Smpp;

/// <summary>What a command status means to the product. Pure.</summary>
internal static class SmppErrors
{
    /// <summary>The result of a submit that was answered with <paramref name="status"/>.</summary>
    /// <param name="status">From submit_sm_resp or generic_nack.</param>
    /// <param name="blocked">The carrier's own statuses for "blocked by policy".</param>
    public static CarrierError Of(CommandStatus status, ICollection<int> blocked) => status switch
    {
        CommandStatus.Ok => CarrierError.None,
        _ when blocked.Contains(unchecked((int)status)) => CarrierError.Blocked,
        CommandStatus.Throttled or CommandStatus.MessageQueueFull => CarrierError.Throttled,
        CommandStatus.InvalidDestination => CarrierError.InvalidDestination,
        CommandStatus.IncorrectBindStatus or CommandStatus.InvalidSource or CommandStatus.InvalidSourceTon or CommandStatus.InvalidSourceNpi
            or CommandStatus.InvalidDestinationTon or CommandStatus.InvalidDestinationNpi or CommandStatus.InvalidServiceType
            or CommandStatus.InvalidSystemType or CommandStatus.InvalidPassword or CommandStatus.InvalidSystemId or CommandStatus.BindFailed
            or CommandStatus.AlreadyBound => CarrierError.Misconfigured,
        _ => CarrierError.Refused,
    };

    /// <summary>Why a bind was refused, for people.</summary>
    public static string DescribeBind(CommandStatus status) => status switch
    {
        CommandStatus.InvalidPassword => "the centre refuses the password",
        CommandStatus.InvalidSystemId => "the centre does not know the system id",
        CommandStatus.BindFailed => "the centre refuses the bind",
        CommandStatus.AlreadyBound => "the centre says that this system id is bound already",
        CommandStatus.InvalidSystemType => "the centre refuses the system type",
        _ => $"the centre refuses the bind with status 0x{(uint)status:X8}",
    };

    /// <summary>Whether a refused bind needs an operator rather than patience.</summary>
    public static bool IsCredentialProblem(CommandStatus status) =>
        status is CommandStatus.BindFailed or CommandStatus.InvalidPassword or CommandStatus.InvalidSystemId or CommandStatus.InvalidSystemType;
}
