using MaskedVerify.Domain;
using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.GrainStorage;

/// <summary>A grain with one hot and one control state, which tells what happened as text.</summary>
[GrainInterfaceType("test.note")]
public interface INoteGrain : IGrainWithStringKey
{
    /// <summary>Writes the hot state; <paramref name="outcome"/> and <paramref name="uniqueKey"/> become side rows.</summary>
    [Alias("Write")]
    Task<string> Write(string text, int? outcome, string? uniqueKey);

    /// <summary>Deletes the hot state, with an outcome as side row.</summary>
    [Alias("Clear")]
    Task<string> Clear(int? outcome);

    /// <summary>Reads the hot state again and describes it.</summary>
    [Alias("Reread")]
    Task<string> Reread();

    /// <summary>What is in memory.</summary>
    [Alias("Look")]
    Task<string> Look();

    /// <summary>Writes the control state.</summary>
    [Alias("WriteControl")]
    Task<string> WriteControl(string text);

    /// <summary>Deletes the control state.</summary>
    [Alias("ClearControl")]
    Task<string> ClearControl();

    /// <summary>Reads the control state again and describes it.</summary>
    [Alias("RereadControl")]
    Task<string> RereadControl();
}

/// <summary>The hot state.</summary>
[GenerateSerializer, Immutable, Alias("test.NoteState")]
public sealed record NoteState : ICarriesSideRows
{
    [Id(0)]
    public string Text { get; init; } = "empty";

    [NonSerialized]
    private readonly IReadOnlyList<SideRow> _sideRows = [];

    public IReadOnlyList<SideRow> SideRows
    {
        get => _sideRows;
        init => _sideRows = value;
    }

    public ICarriesSideRows WithoutSideRows() => this with { SideRows = [] };
}

/// <summary>The control state.</summary>
[GenerateSerializer, Immutable, Alias("test.RuleState")]
public sealed record RuleState
{
    [Id(0)]
    public string Text { get; init; } = "empty";
}

[GrainType("test-note")]
internal sealed class NoteGrain(
    [PersistentState("note", StorageServices.HotStorage)] IPersistentState<NoteState> note,
    [PersistentState("rule", StorageServices.ControlStorage)] IPersistentState<RuleState> rule) : Grain, INoteGrain
{
    public Task<string> Write(string text, int? outcome, string? uniqueKey)
    {
        var rows = new List<SideRow>();
        if (outcome is { } n)
        {
            rows.Add(Outcome(1, n, text));
        }

        if (uniqueKey is not null)
        {
            rows.Add(Unique(uniqueKey));
        }

        note.State = new NoteState { Text = text, SideRows = rows };
        return Try(note.WriteStateAsync, Hot);
    }

    public Task<string> Clear(int? outcome)
    {
        note.State = note.State with { SideRows = outcome is { } n ? [Outcome(1, n)] : [] };
        return Try(note.ClearStateAsync, Hot);
    }

    public Task<string> Reread() => Try(note.ReadStateAsync, Hot);

    public Task<string> Look() => Task.FromResult(Hot());

    public Task<string> WriteControl(string text)
    {
        rule.State = new RuleState { Text = text };
        return Try(rule.WriteStateAsync, Control);
    }

    public Task<string> ClearControl() => Try(rule.ClearStateAsync, Control);

    public Task<string> RereadControl() => Try(rule.ReadStateAsync, Control);

    private static async Task<string> Try(Func<Task> action, Func<string> describe)
    {
        try
        {
            await action();
            return describe();
        }
        catch (Exception error)
        {
            return (StorageFailure.Of(error) ?? error).GetType().Name;
        }
    }

    private string Hot() => $"{note.State.Text} rows={note.State.SideRows.Count} etag={note.Etag} exists={note.RecordExists}";

    private string Control() => $"{rule.State.Text} etag={rule.Etag} exists={rule.RecordExists}";
}
