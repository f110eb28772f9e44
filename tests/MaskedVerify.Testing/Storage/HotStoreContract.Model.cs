using CsCheck;
using MaskedVerify.Domain;
using Xunit;

namespace MaskedVerify.Testing;

public abstract partial class HotStoreContract
{
    /// <summary>A further empty store for each case of the property. The one returned before it is no longer used.</summary>
    protected abstract IHotStore NewStore();

    /// <summary>Cases of the property; an engine on a disk takes fewer.</summary>
    protected virtual int Cases => 200;

    [Fact]
    public async Task Anything_WhenRandomCallsAreMade_AnswersAsTheModel() => await HotStoreModel.Operations.SampleAsync(
        async operations =>
        {
            var store = NewStore();
            var model = new InMemoryHotStore();
            foreach (var operation in operations)
            {
                Assert.Equal(await HotStoreModel.Apply(model, operation), await HotStoreModel.Apply(store, operation));
                Assert.Equal(await HotStoreModel.Describe(model), await HotStoreModel.Describe(store));
            }
        },
        iter: Cases,
        threads: 1);
}
