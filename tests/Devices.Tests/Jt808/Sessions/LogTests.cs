using Microsoft.Extensions.Logging.Testing;
using Vantage.Devices.Jt808.Sessions;
using Vantage.Support;

namespace Vantage.Devices.Tests.Jt808.Sessions;

public class LogTests
{
    [Fact(DisplayName = "Of cuts and refused batches the first is written, then a number a minute; one reason does not hide another")]
    public void Paced()
    {
        var (lines, time) = (new FakeLogger(), new ManualTimeProvider());
        var log = new Jt808Log(lines, time);

        for (var i = 0; i < 1_000; i++)
        {
            log.Cut($"10.0.0.1:{i}", Jt808Cut.NotAuthenticated);
            log.CommitFailed("10.0.0.2:1", 5, new IOException("disk full"));
        }

        log.Cut("10.0.0.3:1", Jt808Cut.Silent);
        Assert.Equal(
            [
                "JT/T 808 connection from 10.0.0.1:0 cut: NotAuthenticated",
                "Storage refused 5 positions of JT/T 808 terminals at 10.0.0.2:1; they are not acknowledged",
                "JT/T 808 connection from 10.0.0.3:1 cut: Silent",
            ],
            lines.Collector.GetSnapshot().Select(line => line.Message));

        lines.Collector.Clear();
        time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(
            [
                "999 more JT/T 808 connections cut in the last minute: NotAuthenticated",
                "Storage refused 999 more batches of JT/T 808 terminals in the last minute",
            ],
            lines.Collector.GetSnapshot().Select(line => line.Message));
    }
}
