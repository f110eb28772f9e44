namespace MaskedVerify.Cluster.Tests.Servers;

/// <summary>A server at its first start on an empty folder, for the classes that only look at it.</summary>
[CollectionDefinition(Name)]
public sealed class FirstServer : ServedFolder, ICollectionFixture<FirstServer>
{
    /// <summary>Name of the collection.</summary>
    public const string Name = "first server";
}
