using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vantage.Host.Records;
using Vantage.Support;

namespace Vantage.Host.Tests.Records;

public sealed class ThemeTests
{
    [Fact(DisplayName = "[REC-9] the five themes come with the program; a themes.json in the data folder takes their place")]
    public async Task Themes_are_data()
    {
        using var folder = new TempFolder();
        await using (var host = await HostUnderTest.StartAsync(folder: folder.Path))
        {
            using var admin = await host.SignedInAsync();
            var items = (await (await admin.GetAsync("/api/themes")).JsonAsync())["items"]!.AsArray();
            Assert.Equal(["垃圾分类", "渣土", "工地", "户外广告", "违章建筑"], items.Select(theme => (string)theme!["name"]!));
            Assert.All(items, theme => Assert.Contains(theme!["name"]!.GetValue<string>(), theme["categories"]!.AsArray().Select(category => (string)category!)));
        }

        await File.WriteAllTextAsync(folder[Themes.FileName], """{"themes":[{"key":"noise","name":"噪声","categories":["夜间施工","商业噪声"]}]}""");
        await using var again = await HostUnderTest.StartAsync(folder: folder.Path);
        using var own = await again.SignedInAsync();
        await own.PostRecordsAsync("complaint", """[{"number":"1","time":"2026-03-02 09:00","category":"夜间施工"},{"number":"2","time":"2026-03-02 09:00","category":"渣土"}]""");
        Assert.Equal("1", (string)Assert.Single(await UploadTests.ItemsAsync(own, "/api/records/complaint?theme=噪声"))!["number"]!);
        await (await own.GetAsync("/api/records/complaint?theme=muck")).ProblemAsync(HttpStatusCode.BadRequest);
    }

    [Theory(DisplayName = "Themes that do not read, or lack something, are refused with the file and what is wrong")]
    [InlineData("{", "themes.json")]
    [InlineData("{}", "needs the list 'themes'")]
    [InlineData("""{"themes":[{"key":"a","categories":[]}]}""", "'a' needs")]
    [InlineData("""{"themes":[{"categories":["x"]}]}""", "needs a 'key'")]
    [InlineData("""{"themes":[{"key":"a","categories":["x"]},{"key":"a","categories":["y"]}]}""", "twice")]
    public async Task Wrong_themes(string json, string reason)
    {
        using var folder = new TempFolder();
        await File.WriteAllTextAsync(folder[Themes.FileName], json);
        var refusal = await Assert.ThrowsAsync<InvalidDataException>(() => HostUnderTest.StartAsync(folder: folder.Path));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(folder[Themes.FileName], refusal.Message, StringComparison.Ordinal);
    }
}
