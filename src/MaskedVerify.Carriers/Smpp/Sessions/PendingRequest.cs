using MaskedVerify.Carriers.Smpp.Protocol;
using MaskedVerify.Domain;

namespace MaskedVerify.Carriers.Smpp.Sessions;

/// <summary>One request of ours between being queued and being answered.</summary>
internal sealed class PendingRequest(uint sequence, CommandId command)
{
    private const int Queued = 0;
    private const int Written = 1;
    private const int Withdrawn = 2;

    private readonly TaskCompletionSource<Answer> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _state = Queued;
    private int _slot = command == CommandId.SubmitSm ? 1 : 0;

    public uint Sequence => sequence;

    public CommandId Command => command;

    /// <summary>Epoch of the slot that a submit holds.</summary>
    public int Epoch { get; init; }

    /// <summary>The message of a submit, when this unit's id stands for it; otherwise null.</summary>
    public SubmittedMessage? Message { get; init; }

    /// <summary>When it was made, before it was queued.</summary>
    public DateTimeOffset MadeAt { get; init; }

    public Task<Answer> Answer => _answer.Task;

    /// <summary>When nobody waited any more: only a late answer's message id is of use then. Null while somebody does. Guarded by <see cref="PendingRequests"/>.</summary>
    public long? AbandonedAt { get; set; }

    /// <summary>The slot is given back. False when it was before.</summary>
    public bool TryFreeSlot() => Interlocked.Exchange(ref _slot, 0) == 1;

    /// <summary>The writer takes it. False when it was withdrawn: then nothing may be written.</summary>
    public bool TryMarkWritten() => Interlocked.CompareExchange(ref _state, Written, Queued) == Queued;

    /// <summary>Takes it back. False when it may have been written already.</summary>
    public bool TryWithdraw() => Interlocked.CompareExchange(ref _state, Withdrawn, Queued) is Queued or Withdrawn;

    public void Complete(Answer answer) => _answer.TrySetResult(answer);
}

/// <summary>What a late answer is told with. Neither number nor text.</summary>
/// <param name="Verification">Whose message.</param>
/// <param name="Attempt">Index of the attempt.</param>
/// <param name="Segments">Parts of the text.</param>
internal sealed record SubmittedMessage(VerificationId Verification, int Attempt, int Segments);

/// <summary>How a request ended.</summary>
/// <param name="Kind">In which way.</param>
/// <param name="Status">Of the answer.</param>
/// <param name="MessageId">Of the answer to a submit, as it was written.</param>
internal readonly record struct Answer(AnswerKind Kind, CommandStatus Status, string MessageId)
{
    public static readonly Answer NotSent = new(AnswerKind.NotSent, CommandStatus.Ok, string.Empty);
    public static readonly Answer None = new(AnswerKind.None, CommandStatus.Ok, string.Empty);
    public static readonly Answer Garbled = new(AnswerKind.Garbled, CommandStatus.Ok, string.Empty);

    public static Answer Of(Pdu pdu) => new(AnswerKind.Answered, pdu.Status, pdu is MessageRespPdu response ? response.MessageId : string.Empty);

    /// <summary>The message id may be looked up at the carrier by others: not printed.</summary>
    public override string ToString() => $"{Kind} ({Status})";
}

internal enum AnswerKind
{
    /// <summary>Nothing was written.</summary>
    NotSent = 0,

    /// <summary>It was answered.</summary>
    Answered = 1,

    /// <summary>It was written, and no answer will come.</summary>
    None = 2,

    /// <summary>It was written, and what came back is no answer.</summary>
    Garbled = 3,
}
