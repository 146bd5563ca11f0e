using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Vantage.Host.Tests.RealData;

namespace Vantage.Host.Tests;

/// <summary>Somebody who takes answers slowly.</summary>
internal static class SlowReader
{
    /// <summary>Asks, and takes some bytes a second of whatever comes, until it is told to leave; gives what the answer began with.</summary>
    public static async Task<(int Status, string Head)> ReadAsync(HostProcess host, string path, CancellationToken leave)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync(IPAddress.Loopback, host.HttpPort, CancellationToken.None);
        await socket.SendAsync(
            Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {host.Client.DefaultRequestHeaders.Authorization}\r\n\r\n"), CancellationToken.None);
        var head = new StringBuilder();
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, leave) is > 0 and var got)
            {
                if (head.Length < 2_000)
                {
                    head.Append(Encoding.Latin1.GetString(buffer, 0, got));
                }

                await Task.Delay(1_000, leave);
            }
        }
        catch (OperationCanceledException)
        {
            // It has waited long enough.
        }
        catch (SocketException cut) when (cut.SocketErrorCode == SocketError.ConnectionReset && head.Length > 0)
        {
            // Too slow even for the buffers between: docs/operations.md says when the host cuts an answer that is not taken.
        }

        var text = head.ToString();
        return (text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(text.AsSpan(9, 3), CultureInfo.InvariantCulture) : 0, text);
    }

    /// <summary>Some had their answer, the others were told when to come again, and nobody anything else.</summary>
    public static void AssertServedOrAskedToComeAgain(IReadOnlyCollection<(int Status, string Head)> answers)
    {
        Assert.All(answers, answer => Assert.True(answer.Status is 200 or 503, $"{answer.Status}: {answer.Head}"));
        Assert.All(answers.Where(answer => answer.Status == 503), answer =>
        {
            Assert.Contains("Retry-After:", answer.Head, StringComparison.OrdinalIgnoreCase);
            Assert.Contains("application/problem+json", answer.Head, StringComparison.Ordinal);
        });
        Assert.Contains(answers, answer => answer.Status == 200);
        Assert.Contains(answers, answer => answer.Status == 503);
    }
}
