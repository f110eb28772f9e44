namespace MaskedVerify.Carriers.Smpp.Protocol;

/// <summary>Outcomes of a request (SMPP 3.4 §5.1.3) that the client gives or treats apart. Others occur and keep their number.</summary>
internal enum CommandStatus : uint
{
    Ok = 0x00,
    InvalidMessageLength = 0x01,
    InvalidCommandLength = 0x02,
    InvalidCommandId = 0x03,
    IncorrectBindStatus = 0x04,
    AlreadyBound = 0x05,
    SystemError = 0x08,
    InvalidSource = 0x0A,
    InvalidDestination = 0x0B,
    BindFailed = 0x0D,
    InvalidPassword = 0x0E,
    InvalidSystemId = 0x0F,
    MessageQueueFull = 0x14,
    InvalidServiceType = 0x15,
    SubmitFailed = 0x45,
    InvalidSourceTon = 0x48,
    InvalidSourceNpi = 0x49,
    InvalidDestinationTon = 0x50,
    InvalidDestinationNpi = 0x51,
    InvalidSystemType = 0x53,
    Throttled = 0x58,

    /// <summary>ESME_RX_T_APPN: the receiver has a temporary error, the centre shall try again.</summary>
    ReceiverTemporaryError = 0x64,

    /// <summary>ESME_RX_P_APPN: trying again is of no use.</summary>
    ReceiverPermanentError = 0x65,
}
