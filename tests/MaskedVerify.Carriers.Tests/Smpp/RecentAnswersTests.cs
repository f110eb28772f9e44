using MaskedVerify.Carriers.Smpp;

namespace MaskedVerify.Carriers.Tests.Smpp;

public sealed class RecentAnswersTests
{
    private static readonly DateTimeOffset s_noon = new(2031, 3, 5, 12, 0, 0, TimeSpan.Zero);
    private readonly RecentAnswers _answers = new();

    [Fact]
    public void Find_WhenAnIdWasGivenTwice_IsTheNewerSubmitInWhateverOrderTheyWereAnswered()
    {
        _answers.Add("7", s_noon.AddSeconds(1));
        _answers.Add("7", s_noon);
        Assert.Equal(s_noon.AddSeconds(1), _answers.Find("7"));
        Assert.Null(_answers.Find("8"));
    }

    [Fact]
    public void Find_WhenManyWereAnsweredSince_ForgetsTheOldestOnly()
    {
        for (var i = 0; i < 3 * RecentAnswers.Most; i++)
        {
            _answers.Add($"{i}", s_noon.AddTicks(i));
        }

        Assert.Null(_answers.Find("0"));
        Assert.Equal(s_noon.AddTicks((3 * RecentAnswers.Most) - (RecentAnswers.Most / 2)), _answers.Find($"{(3 * RecentAnswers.Most) - (RecentAnswers.Most / 2)}"));
    }
}
