namespace MaskedVerify.Testing.Carriers;

/// <summary>One submit_sm as the centre saw it.</summary>
/// <param name="Number">Counts the submits of this centre, from 1: its message id, before notation.</param>
/// <param name="From">Sender.</param>
/// <param name="To">Digits of the destination.</param>
/// <param name="Text">Decoded text of this unit, without header.</param>
/// <param name="DataCoding">0 GSM-7, 8 UCS-2.</param>
/// <param name="ReceiptWanted">Whether a receipt was asked for.</param>
/// <param name="Reference">Reference of the text that this is a part of, or null.</param>
/// <param name="Part">Number of the part, from 1; 1 when it stands alone.</param>
/// <param name="Parts">Parts of the text; 1 when it stands alone.</param>
public sealed record CentreMessage(
    long Number, string From, string To, string Text, byte DataCoding, bool ReceiptWanted, int? Reference, int Part, int Parts);
