using static MaskedVerify.Testing.StorageSamples;

namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>Puts what a test starts into one batch: it gathers while the commit of another one is held.</summary>
internal static class BatchGate
{
    /// <param name="storage">A storage with one writer and nothing under way.</param>
    /// <param name="start">Starts the writes.</param>
    /// <param name="committing">Called when the batch of those is about to be committed.</param>
    public static async Task GatherAsync(PostgresStorage storage, Action start, Action? committing = null)
    {
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hot = storage.Engine.Hot;
        hot.CommitStarting = () =>
        {
            hot.CommitStarting = committing is null ? null : () =>
            {
                hot.CommitStarting = null;
                committing();
                return Task.CompletedTask;
            };
            reached.SetResult();
            return gate.Task;
        };
        var first = storage.Hot.CommitAsync(Commit("pa-gate", 0, null)).AsTask();
        await reached.Task;
        start();
        gate.SetResult();
        await first;
    }
}
