namespace MaskedVerify.Storage.Tests.Postgres;

/// <summary>A grain with a reminder.</summary>
[GrainInterfaceType("test.tick")]
public interface ITickGrain : IGrainWithStringKey
{
    /// <summary>Registers the reminder, due soon.</summary>
    [Alias("Begin")]
    Task Begin();

    /// <summary>Removes it.</summary>
    [Alias("End")]
    Task End();

    /// <summary>How often it came.</summary>
    [Alias("Ticks")]
    Task<int> Ticks();
}

[GrainType("test-tick")]
internal sealed class TickGrain : Grain, ITickGrain, IRemindable
{
    private int _ticks;

    public Task Begin() => this.RegisterOrUpdateReminder("tick", TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(1));

    public async Task End()
    {
        if (await this.GetReminder("tick") is { } reminder)
        {
            await this.UnregisterReminder(reminder);
        }
    }

    public Task<int> Ticks() => Task.FromResult(_ticks);

    public Task ReceiveReminder(string reminderName, Orleans.Runtime.TickStatus status)
    {
        _ticks++;
        return Task.CompletedTask;
    }
}
