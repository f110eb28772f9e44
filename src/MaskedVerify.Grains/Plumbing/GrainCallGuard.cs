using MaskedVerify.Domain;
using MaskedVerify.Grains.AliasDesks;
using MaskedVerify.Grains.CarrierRouters;
using MaskedVerify.Grains.PhoneAliases;
using MaskedVerify.Grains.Sending;
using MaskedVerify.Grains.Tenants;
using MaskedVerify.Privacy;
using Microsoft.Extensions.Logging;
using Orleans.Storage;

namespace MaskedVerify.Grains.Plumbing;

/// <summary>
/// The outermost filter of every incoming grain call. Exceptions leave the silo without user data: only our own types pass, with fixed words and no inner
/// exception. Nobody is judged before this silo knows the tenants, the routes and the carriers of other silos, and a silo reaches only what its role may call.
/// </summary>
internal sealed partial class GrainCallGuard(CallRights rights, GrainsMetrics metrics, ILogger<GrainCallGuard> logger, TenantCatalog? catalog = null, RouteCatalog? routes = null, EgressDirectory? egress = null)
    : IIncomingGrainCallFilter
{
    /// <summary>Ends when this silo knows what its role has to know. One task for all calls: they cost a look at it once it has ended.</summary>
    private readonly Task _known = Task.WhenAll(catalog?.Loaded ?? Task.CompletedTask, routes?.Loaded ?? Task.CompletedTask, egress?.Looked ?? Task.CompletedTask);

    /// <inheritdoc/>
    public async Task Invoke(IIncomingGrainCallContext context)
    {
        try
        {
            if (!await rights.AllowsAsync(context.SourceId, context.InterfaceMethod))
            {
                LogCallRefused(context.InterfaceName, context.MethodName);
                throw new GrainFaultException("The call was refused: it is not open to silos of the caller's role.");
            }

            if (!_known.IsCompleted && context.Grain is IPhoneAliasGrain or IAliasDeskGrain)
                await _known;

            await context.Invoke();
        }
        catch (Exception error)
        {
            var scrubbed = Scrub(StorageFailure.Of(error) ?? error);
            metrics.Fault(error.GetType().Name);
            if (scrubbed is GrainFaultException)
                LogCallFailed(context.InterfaceName, context.MethodName, Chain(error), error.StackTrace);

            // The runtime ends an activation that others have overtaken only when it sees this exception, which it does not any more.
            if (error is InconsistentStateException && context.TargetContext is { } target)
                target.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, "Its row was changed by another activation."));

            throw scrubbed;
        }
    }

    /// <summary>What of an exception may leave the silo.</summary>
    internal static Exception Scrub(Exception error) => error switch
    {
        StorageUnavailableException => new StorageUnavailableException("Storage does not answer: nothing was written. Try again."),
        UnknownOutcomeException => new UnknownOutcomeException("Nobody can tell whether the change is durable: ask again with the same key."),
        UniqueKeyTakenException => new UniqueKeyTakenException(),
        NumberAtCapException => new NumberAtCapException(),
        KeyManagementException => new KeyManagementException("The key service does not answer or refused: nothing was done. Try again."),
        SealBrokenException => new SealBrokenException("A stored value does not open."),
        InconsistentStateException => new UnknownOutcomeException("The row was changed by another activation: ask again with the same key."),
        OperationCanceledException => new OperationCanceledException(),
        TimeoutException => new TimeoutException("A call inside the cluster took too long: its outcome is unknown."),
        GrainFaultException => error,
        OrleansException => new GrainFaultException($"The cluster could not serve the call ({error.GetType().Name})."),
        _ => new GrainFaultException($"The call failed ({error.GetType().Name})."),
    };

    private static string Chain(Exception error)
    {
        var names = new List<string>();
        for (var e = error; e is not null && names.Count < 8; e = e.InnerException)
            names.Add(e.GetType().FullName ?? e.GetType().Name);

        return string.Join(" <- ", names);
    }
}
