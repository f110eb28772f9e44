using MaskedVerify.Domain;
using MaskedVerify.Testing;

namespace MaskedVerify.Storage.Tests.HotStore;

/// <summary>The contract on the reference: what others are compared with must itself fit.</summary>
public sealed class InMemoryHotStoreTests : HotStoreContract
{
    private readonly InMemoryHotStore _store = new();

    protected override IHotStore Store => _store;

    protected override IHotStore NewStore() => new InMemoryHotStore();

    protected override Task<IReadOnlyList<LoggedAudit>> ReadAuditLogAsync() => Task.FromResult(_store.AuditLog);

    protected override bool LoseNextAnswer(bool written)
    {
        _store.FaultNextCommit(written ? CommitFault.UnknownButWritten : CommitFault.UnknownNotWritten);
        return true;
    }
}
