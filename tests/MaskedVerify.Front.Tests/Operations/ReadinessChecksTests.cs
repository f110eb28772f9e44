using MaskedVerify.Front.Operations;
using MaskedVerify.Storage;

namespace MaskedVerify.Front.Tests.Operations;

public sealed class ReadinessChecksTests
{
    [Fact]
    public void Complete_WhenAConnectionIsDoubtful_SaysWhatToSet()
    {
        Assert.Equal("The start is complete.", ReadinessChecks.Complete(new StorageDoubts([])));
        Assert.Equal("The start is complete. Of the storage: one: set A; two: set B.", ReadinessChecks.Complete(new StorageDoubts(["one: set A", "two: set B"])));
    }
}
