using System.Collections.Concurrent;
using System.Reflection;

namespace MaskedVerify.Testing;

/// <summary>
/// A grain factory without a cluster: calls of a grain interface go to a delegate. Made at run time, because a class that implements a grain interface would count
/// as a grain class in every cluster of the same test process.
/// </summary>
public sealed class GrainDoubles
{
    private readonly Dictionary<Type, Func<string, string, object?[], object>> _handlers = [];
    private readonly ConcurrentDictionary<(Type Interface, string Key), object> _grains = new();

    /// <summary>The factory.</summary>
    public IGrainFactory Factory { get; }

    public GrainDoubles()
    {
        Factory = DispatchProxy.Create<IGrainFactory, Proxy>();
        ((Proxy)(object)Factory).Call = (method, arguments) => Grain(method.GetGenericArguments()[0], (string)arguments[0]!);
    }

    /// <summary>Lets calls of an interface go to <paramref name="handler"/>: (key, name of the method, arguments) → the task to return.</summary>
    public GrainDoubles On<TGrain>(Func<string, string, object?[], object> handler)
        where TGrain : IGrainWithStringKey
    {
        _handlers[typeof(TGrain)] = handler;
        return this;
    }

    private object Grain(Type type, string key) => _grains.GetOrAdd((type, key), id =>
    {
        var proxy = (Proxy)DispatchProxy.Create(id.Interface, typeof(Proxy));
        proxy.Call = (method, arguments) => _handlers[id.Interface](id.Key, method.Name, arguments);
        return proxy;
    });

    /// <summary>What DispatchProxy derives from.</summary>
    public class Proxy : DispatchProxy
    {
        internal Func<MethodInfo, object?[], object>? Call { get; set; }

        /// <inheritdoc/>
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Call!(targetMethod!, args ?? []);
    }
}
