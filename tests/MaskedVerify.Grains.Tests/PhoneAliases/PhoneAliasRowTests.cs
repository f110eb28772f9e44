using System.Globalization;
using MaskedVerify.Carriers;
using MaskedVerify.Domain;
using MaskedVerify.Grains.PhoneAliases;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Storage;

namespace MaskedVerify.Grains.Tests.PhoneAliases;

/// <summary>Every way in which a commit can end, and what memory says afterwards.</summary>
public sealed class PhoneAliasRowTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);

    private readonly ServiceProvider _services = new ServiceCollection().AddSerializer().BuildServiceProvider();
    private readonly AliasWorld _world = new();
    private readonly ScriptedState _storage;
    private readonly PhoneAliasRow _row;

    public PhoneAliasRowTests()
    {
        var serializer = _services.GetRequiredService<Serializer>();
        _storage = new ScriptedState(serializer);
        _row = new PhoneAliasRow(_storage, serializer);
        _row.Load();
    }

    public void Dispose() => _services.Dispose();

    [Fact]
    public async Task Commit_WhenWritten_IsDurableAndShown()
    {
        Assert.Equal(CommitEnd.Durable, await CommitAsync(_world.Start()));

        Assert.Single(_row.Current.Live);
        Assert.True(_row.Exists);
        Assert.Equal([typeof(GuardCountRow), typeof(DueRow)], _storage.Written[^1].SideRows.Select(r => r.GetType()));
        Assert.Empty(_row.Current.SideRows);
    }

    [Fact]
    public async Task Commit_WhenStorageIsAway_KeepsWhatWasThereAndWhatWaits()
    {
        await CommitAsync(_world.Start());
        _row.Defer(_world.Report(_world.Ids[0], 0, CarrierError.None));
        var before = _row.Current;
        _storage.Fail(new OrleansException("wrapped", new StorageUnavailableException("away")));

        Assert.Equal(CommitEnd.NotWritten, await CommitAsync(_world.Check(_world.Ids[0], 1)));

        Assert.Same(before, _row.Current);
        Assert.True(_row.IsWaiting);
        Assert.Equal(CommitEnd.Durable, await CommitAsync(_world.Start()));
        Assert.False(_row.IsWaiting);
        Assert.Contains(_storage.Written[^1].SideRows, r => r is ReceiptMapRow);
    }

    [Fact]
    public async Task Commit_WhenAKeyIsTaken_KeepsWhatWasThere()
    {
        await CommitAsync(_world.Start());
        var before = _row.Current;
        _storage.Fail(new UniqueKeyTakenException());

        Assert.Equal(CommitEnd.KeyTaken, await CommitAsync(_world.Start()));
        Assert.Same(before, _row.Current);
    }

    [Fact]
    public async Task Commit_WhenAnotherWasFaster_IsLost()
    {
        await CommitAsync(_world.Start());
        _storage.Fail(new InconsistentStateException("other version"));

        Assert.Equal(CommitEnd.Lost, await CommitAsync(_world.Start()));
        Assert.Single(_row.Current.Live);
    }

    [Fact]
    public async Task Commit_WhenTheAnswerIsLostAndTheRowIsOurs_IsDurable()
    {
        await CommitAsync(_world.Start());
        _storage.Fail(new UnknownOutcomeException("lost"), writesFirst: true);

        Assert.Equal(CommitEnd.Durable, await CommitAsync(_world.Check(_world.Ids[0], 1)));
        Assert.Empty(_row.Current.Live);
    }

    [Fact]
    public async Task Commit_WhenTheAnswerIsLostAndTheRowIsAsBefore_IsNotWritten()
    {
        await CommitAsync(_world.Start());
        var before = _row.Current;
        _storage.Fail(new UnknownOutcomeException("lost"));

        Assert.Equal(CommitEnd.NotWritten, await CommitAsync(_world.Check(_world.Ids[0], 1)));
        Assert.Same(before, _row.Current);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Commit_WhenTheAnswerIsLostAndOnlySideRowsWereToBeWritten_GoesByTheVersion(bool written)
    {
        await CommitAsync(_world.Start());
        _row.Defer(new PhoneAliasDecision(_row.Current, new PhoneAliasOutcome(ReplyKind.Ok)) { Rows = [new DueDoneRow(_world.Ids[0])] });
        _storage.Fail(new UnknownOutcomeException("lost"), writesFirst: written);

        Assert.Equal(written ? CommitEnd.Durable : CommitEnd.NotWritten, await CommitAsync(new PhoneAliasDecision(_row.Current, new PhoneAliasOutcome(ReplyKind.Ok))));

        // What was not written still waits.
        Assert.Equal(!written, _row.IsWaiting);
    }

    [Fact]
    public async Task Commit_WhenTheAnswerIsLostAndTheRowIsAnothers_IsLost()
    {
        await CommitAsync(_world.Start());
        _storage.Fail(new UnknownOutcomeException("lost"));
        _storage.BeforeRead = () => _storage.Overwrite(_world.State with { Context = "somebody else" });

        Assert.Equal(CommitEnd.Lost, await CommitAsync(_world.Check(_world.Ids[0], 1)));
    }

    [Fact]
    public async Task Commit_WhenTheAnswerIsLostAndTheRowCannotBeRead_IsLost()
    {
        await CommitAsync(_world.Start());
        _storage.Fail(new UnknownOutcomeException("lost"), writesFirst: true);
        _storage.BeforeRead = () => throw new StorageUnavailableException("away");

        Assert.Equal(CommitEnd.Lost, await CommitAsync(_world.Check(_world.Ids[0], 1)));
    }

    [Fact]
    public async Task Commit_WhenItEndsWithAnythingElse_IsLostAndSaysWith()
    {
        _storage.Fail(new FormatException("a bug"));

        Assert.Equal(CommitEnd.Lost, await CommitAsync(_world.Start()));
        Assert.Equal(nameof(FormatException), _row.Fault);
    }

    [Fact]
    public async Task Commit_WhenSeveralStepsOfAVerificationWait_WritesTheNewestOnly()
    {
        await CommitAsync(_world.Start());
        _row.Defer(_world.Report(_world.Ids[0], 0, CarrierError.None));
        await CommitAsync(_world.Check(_world.Ids[0], 1));

        Assert.IsType<DueDoneRow>(Assert.Single(_storage.Written[^1].SideRows, r => r is DueRow or DueDoneRow));
    }

    [Fact]
    public async Task Clear_WhenTheAnswerIsLostButTheRowIsGone_IsDurable()
    {
        await CommitAsync(_world.Start());
        _storage.Fail(new UnknownOutcomeException("lost"), writesFirst: true);

        Assert.Equal(CommitEnd.Durable, await _row.ClearAsync([new DueDoneRow(_world.Ids[0])]));
        Assert.False(_row.Exists);
    }

    [Fact]
    public async Task Clear_WhenTheAnswerIsLostAndThereWasNoRow_IsNotTakenForDurable()
    {
        _storage.Fail(new UnknownOutcomeException("lost"));

        Assert.Equal(CommitEnd.NotWritten, await _row.ClearAsync([new DueDoneRow(VerificationId.Create('1', AliasId.Create('1', 77, 5), 1, 3))]));
    }

    private Task<CommitEnd> CommitAsync(PhoneAliasDecision decision) => _row.CommitAsync(decision, [], Now);

    /// <summary>A persistent state whose next write fails as told.</summary>
    private sealed class ScriptedState(Serializer serializer) : IPersistentState<PhoneAliasState>
    {
        private byte[]? _stored;
        private int _version;
        private (Exception Error, bool WritesFirst)? _failure;

        public List<PhoneAliasState> Written { get; } = [];

        public Action? BeforeRead { get; set; }

        public PhoneAliasState State { get; set; } = new();

        public string? Etag { get; private set; }

        public bool RecordExists { get; private set; }

        internal void Fail(Exception error, bool writesFirst = false) => _failure = (error, writesFirst);

        internal void Overwrite(PhoneAliasState state) => Store(serializer.SerializeToArray(state));

        public Task WriteStateAsync() => Act(() =>
        {
            Written.Add(State);
            Store(serializer.SerializeToArray((PhoneAliasState)State.WithoutSideRows()));
        });

        public Task ClearStateAsync() => Act(() => Store(null));

        public Task ReadStateAsync()
        {
            BeforeRead?.Invoke();
            Look();
            return Task.CompletedTask;
        }

        private Task Act(Action write)
        {
            var failure = _failure;
            _failure = null;
            if (failure is not { WritesFirst: false })
            {
                write();
            }

            if (failure is not null)
            {
                return Task.FromException(failure.Value.Error);
            }

            Look();
            return Task.CompletedTask;
        }

        private void Store(byte[]? payload)
        {
            _stored = payload;
            _version++;
        }

        private void Look()
        {
            State = _stored is null ? new() : serializer.Deserialize<PhoneAliasState>(_stored)!;
            Etag = _stored is null ? null : _version.ToString(CultureInfo.InvariantCulture);
            RecordExists = _stored is not null;
        }
    }
}
