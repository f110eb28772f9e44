namespace MaskedVerify.Testing.Carriers;

/// <summary>What the centre does with one submit_sm. The default accepts it and sends no receipt.</summary>
public sealed record CentreReply
{
    /// <summary>Accepts without a receipt.</summary>
    public static readonly CentreReply Accept = new();

    /// <summary>Accepts and reports delivery.</summary>
    public static readonly CentreReply Deliver = new() { After = [new CentreReceipt()] };

    /// <summary>Takes it and never answers.</summary>
    public static readonly CentreReply Silence = new() { Silent = true };

    /// <summary>command_status of the answer.</summary>
    public uint Status { get; init; }

    /// <summary>No answer at all.</summary>
    public bool Silent { get; init; }

    /// <summary>Waits before the answer, without keeping other submits from theirs.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Waits for this before the answer.</summary>
    public Task Until { get; init; } = Task.CompletedTask;

    /// <summary>Called right before the answer goes out.</summary>
    public Action? BeforeAnswer { get; init; }

    /// <summary>Sent instead of the answer, as it is.</summary>
    public ReadOnlyMemory<byte>? Raw { get; init; }

    /// <summary>Closes the connection instead of the answer.</summary>
    public bool Drop { get; init; }

    /// <summary>Added to the sequence number of the answer.</summary>
    public int SequenceShift { get; init; }

    /// <summary>Receipts that go out before the answer.</summary>
    public IReadOnlyList<CentreReceipt> Before { get; init; } = [];

    /// <summary>Receipts that go out after the answer, in this order.</summary>
    public IReadOnlyList<CentreReceipt> After { get; init; } = [];

    /// <summary>Refuses with a command_status.</summary>
    public static CentreReply Refuse(uint status) => new() { Status = status };
}

/// <summary>One receipt.</summary>
/// <param name="State">As in the text form: <c>DELIVRD</c>, <c>UNDELIV</c>, …</param>
/// <param name="Form">How it is written.</param>
public sealed record CentreReceipt(string State = "DELIVRD", ReceiptForm Form = ReceiptForm.Both);

/// <summary>Where a receipt says what it reports.</summary>
public enum ReceiptForm
{
    /// <summary>Optional parameters and text.</summary>
    Both = 0,

    /// <summary>Optional parameters, with an empty text.</summary>
    Parameters = 1,

    /// <summary>Text only.</summary>
    Text = 2,
}
