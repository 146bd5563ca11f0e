using System.Globalization;
using System.Text.Json;
using Vantage.Devices.Jt808;
using Vantage.Devices.Jt808.Messages;
using Vantage.Support;

namespace Vantage.Devices.Tests.Jt808;

/// <summary>Frames that public test suites hold, with what an independent decoder read in them.</summary>
public class VectorTests
{
    private static readonly Lazy<JsonElement[]> Vectors = new(() =>
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(TestData.Require("jt808/vectors.json")));
        return [.. file.RootElement.GetProperty("vectors").EnumerateArray().Select(vector => vector.Clone())];
    });

    [Fact(DisplayName = "Of the 197 frames, exactly the 13 with a wrong checksum are refused, each for that reason")]
    public void Bad_checksums_are_refused()
    {
        Assert.Equal(197, Vectors.Value.Length);
        var refused = 0;
        foreach (var vector in Vectors.Value)
        {
            var (packets, refusals) = Wire.ReadAll(Frame(vector));
            var isGood = vector.GetProperty("bccOk").GetBoolean();
            Assert.Equal(isGood ? 1 : 0, packets.Count);
            Assert.Equal(isGood ? [] : [Jt808Refusal.Checksum], refusals);
            refused += refusals.Count;
        }

        Assert.Equal(13, refused);
    }

    [Fact(DisplayName = "Every header reads as the independent decoder read it")]
    public void Headers_agree()
    {
        foreach (var (vector, packet) in Good())
        {
            var header = vector.GetProperty("header");
            Assert.Equal(Word(vector, "msgId"), packet.Id);
            Assert.Equal(header.GetProperty("serial").GetInt32(), packet.Serial);
            Assert.Equal(header.GetProperty("phoneBcd").GetString(), packet.Phone.ToString(packet.Form));
            Assert.Equal(header.GetProperty("versionFlag").GetInt32() == 1, packet.Form.VersionFlag);
            var version = header.GetProperty("protocolVersion");
            Assert.Equal(version.ValueKind != JsonValueKind.Null, packet.Form.Is2019);
            Assert.Equal(version.ValueKind == JsonValueKind.Null ? 0 : version.GetInt32(), packet.Form.ProtocolVersion);
            Assert.Equal(header.GetProperty("bodyLength").GetInt32() != packet.Body.Length, packet.HasWrongLength);
            if (header.TryGetProperty("total", out var total))
            {
                Assert.Equal(total.GetInt32(), packet.Total);
                Assert.Equal(header.GetProperty("index").GetInt32(), packet.Index);
            }
        }
    }

    [Fact(DisplayName = "Every good frame is written back byte for byte, save those whose terminal forgot to escape")]
    public void Frames_round_trip()
    {
        var unescaped = 0;
        foreach (var (vector, packet) in Good().Where(pair => !pair.Packet.HasWrongLength))
        {
            var frame = vector.GetProperty("hex").GetString()!;
            var isEscaped = !Frame(vector).Zip(Frame(vector).Skip(1)).Any(pair => pair is { First: 0x7D, Second: not (0x01 or 0x02) });
            unescaped += isEscaped ? 0 : 1;
            Assert.Equal(isEscaped ? Frame(vector) : Escape(Frame(vector)), Wire.Write(packet));
        }

        Assert.Equal(3, unescaped);
    }

    [Fact(DisplayName = "Every location reads as the independent decoder read it, items and truncated tails included")]
    public void Locations_agree()
    {
        var checkedItems = 0;
        foreach (var (vector, packet) in Good(Jt808MessageId.Location))
        {
            Assert.True(Jt808Location.TryRead(packet.Body, out var location), vector.GetProperty("hex").GetString());
            checkedItems += CheckLocation(vector.GetProperty("body"), location);
        }

        Assert.True(checkedItems > 400, $"Only {checkedItems} items were checked.");
    }

    [Fact(DisplayName = "Every answer to a location query reads as the independent decoder read it")]
    public void Location_replies_agree()
    {
        foreach (var (vector, packet) in Good(Jt808MessageId.LocationReply))
        {
            var body = vector.GetProperty("body");
            Assert.True(Jt808Location.TryReadReply(packet.Body, out var serial, out var location));
            Assert.Equal(body.GetProperty("replySerial").GetInt32(), serial);
            CheckLocation(body.GetProperty("location"), location);
        }
    }

    [Fact(DisplayName = "Every batch gives each of its locations")]
    public void Batches_agree()
    {
        foreach (var (vector, packet) in Good(Jt808MessageId.LocationBatch))
        {
            var body = vector.GetProperty("body");
            Assert.True(Jt808Batch.TryRead(packet.Body, out var batch));
            Assert.Equal(body.GetProperty("count").GetInt32(), batch.Announced);
            Assert.Equal(body.GetProperty("type").GetInt32() == 1, batch.IsCatchUp);
            var expected = body.GetProperty("locations").EnumerateArray().ToArray();
            var index = 0;
            foreach (var entry in batch)
            {
                Assert.True(Jt808Location.TryRead(entry, out var location));
                CheckLocation(expected[index++], location);
            }

            Assert.Equal(expected.Length, index);
        }
    }

    [Fact(DisplayName = "Every registration and authentication reads as the independent decoder read it, and round-trips")]
    public void Registrations_agree()
    {
        foreach (var (vector, packet) in Good(Jt808MessageId.Register))
        {
            var body = vector.GetProperty("body");
            Assert.True(Jt808Registration.TryRead(packet.Body, packet.Form, out var read));
            Assert.Equal(body.GetProperty("province").GetInt32(), read!.Province);
            Assert.Equal(body.GetProperty("city").GetInt32(), read.City);
            Assert.Equal(body.GetProperty("plateColor").GetInt32(), read.PlateColor);
            Assert.Equal("V" + body.GetProperty("layout").GetString(), Jt808Registration.LayoutOf(packet.Body, packet.Form).ToString());
            Assert.Equal(Text(body, "maker"), read.Maker);
            Assert.Equal(Text(body, "model"), read.Model);
            Assert.Equal(Text(body, "terminalId"), read.TerminalId);
            Assert.Equal(Text(body, "plate"), read.Plate);
        }

        foreach (var (vector, packet) in Good(Jt808MessageId.Authenticate))
        {
            var body = vector.GetProperty("body");
            Assert.True(Jt808Authentication.TryRead(packet.Body, packet.Form, out var read));
            Assert.Equal(Text(body, "token"), read!.Code);
            if (body.TryGetProperty("imei", out _))
            {
                Assert.Equal(Text(body, "imei"), read.Imei);
                Assert.Equal(Text(body, "software"), read.SoftwareVersion);
            }

            Span<byte> written = new byte[read.MaxLength];
            Assert.Equal(Hex.Of(packet.Body), Hex.Of(written[..read.Write(written, packet.Form)]));
        }
    }

    [Fact(DisplayName = "Every reply and command of the platform reads as the independent decoder read it")]
    public void Platform_messages_agree()
    {
        foreach (var (vector, packet) in Good(Jt808MessageId.PlatformReply).Concat(Good(Jt808MessageId.TerminalReply)))
        {
            var body = vector.GetProperty("body");
            if (!body.TryGetProperty("replySerial", out var replySerial))
            {
                continue;
            }

            Assert.True(Jt808GeneralReply.TryRead(packet.Body, out var reply));
            Assert.Equal(replySerial.GetInt32(), reply.ReplySerial);
            Assert.Equal(Word(body, "replyId"), reply.ReplyId);
            Assert.Equal(body.GetProperty("result").GetInt32(), (int)reply.Result);
        }

        foreach (var (vector, packet) in Good(Jt808MessageId.RegisterReply))
        {
            var body = vector.GetProperty("body");
            Assert.True(Jt808RegistrationReply.TryRead(packet.Body, out var reply));
            Assert.Equal(body.GetProperty("replySerial").GetInt32(), reply!.ReplySerial);
            Assert.Equal(body.GetProperty("result").GetInt32(), (int)reply.Result);
            Assert.Equal(Text(body, "token"), reply.AuthCode);
        }

        foreach (var (vector, packet) in Good(Jt808MessageId.Text))
        {
            var body = vector.GetProperty("body");
            Assert.True(Jt808TextMessage.TryRead(packet.Body, packet.Form, out var message));
            Assert.Equal(body.GetProperty("flag").GetInt32(), message!.Flags);
            Assert.Equal(Text(body, "text"), message.Text);
            Span<byte> written = new byte[message.MaxLength];
            Assert.Equal(Hex.Of(packet.Body), Hex.Of(written[..message.Write(written, packet.Form)]));
        }
    }

    private static int CheckLocation(JsonElement expected, Jt808Location location)
    {
        if (!expected.TryGetProperty("latRaw", out var latitudeRaw))
        {
            return 0; // One body that the other decoder could not read.
        }

        var fix = location.Fix;
        Assert.Equal(latitudeRaw.GetUInt32(), fix.LatitudeRaw);
        Assert.Equal(expected.GetProperty("lonRaw").GetUInt32(), fix.LongitudeRaw);
        Assert.Equal(expected.GetProperty("lat").GetDouble(), fix.Latitude, 9);
        Assert.Equal(expected.GetProperty("lon").GetDouble(), fix.Longitude, 9);
        Assert.Equal(expected.GetProperty("alarm").GetUInt32(), (uint)fix.Alarms);
        Assert.Equal(expected.GetProperty("status").GetUInt32(), (uint)fix.Status);
        Assert.Equal(unchecked((short)expected.GetProperty("altitude").GetInt32()), fix.AltitudeMetres);
        Assert.Equal(expected.GetProperty("speed01kmh").GetInt32(), fix.SpeedTenthsKmh);
        Assert.Equal(expected.GetProperty("direction").GetInt32(), fix.CourseDegrees);
        Assert.Equal(expected.GetProperty("acc").GetBoolean(), fix.Status.HasFlag(Jt808Status.AccOn));
        Assert.Equal(expected.GetProperty("fixed").GetBoolean(), fix.Status.HasFlag(Jt808Status.Positioned));
        var time = expected.TryGetProperty("timeLocal", out var local) && local.ValueKind == JsonValueKind.String
            ? DateTimeOffset.Parse(local.GetString()!, CultureInfo.InvariantCulture).ToUnixTimeMilliseconds()
            : (long?)null;
        Assert.Equal(time, fix.UnixMilliseconds);
        return CheckItems(expected, location.Items);
    }

    private static int CheckItems(JsonElement expected, Jt808Items items)
    {
        var whole = expected.GetProperty("items").EnumerateArray().Where(item => !item.TryGetProperty("truncated", out _)).ToArray();
        var index = 0;
        foreach (var item in items)
        {
            Assert.Equal(whole[index].GetProperty("id").GetString(), item.Id.ToString("x2", CultureInfo.InvariantCulture));
            Assert.Equal(whole[index].GetProperty("hex").GetString(), Convert.ToHexStringLower(item.Value));
            index++;
        }

        Assert.Equal(whole.Length, index);
        var extras = Jt808Extras.Read(items);
        Assert.Equal(expected.GetProperty("itemsComplete").GetBoolean(), !extras.IsTruncated);
        foreach (var item in whole)
        {
            CheckDecoded(item, "mileageKm", extras.MileageTenthsKm / 10.0);
            CheckDecoded(item, "fuelL", extras.FuelTenthsLitre / 10.0);
            CheckDecoded(item, "recorderSpeedKmh", extras.RecorderSpeedTenthsKmh / 10.0);
            CheckDecoded(item, "alarmEventId", extras.ManualAlarmId);
            CheckDecoded(item, "rssi", extras.RadioSignal);
            CheckDecoded(item, "satellites", extras.Satellites);
        }

        return index;
    }

    private static void CheckDecoded(JsonElement item, string name, double? decoded)
    {
        if (item.TryGetProperty(name, out var expected))
        {
            Assert.NotNull(decoded);
            Assert.Equal(expected.GetDouble(), decoded.Value, 6);
        }
    }

    private static IEnumerable<(JsonElement Vector, Kept Packet)> Good(int? id = null) => Vectors.Value
        .Where(vector => vector.GetProperty("bccOk").GetBoolean())
        .Select(vector => (vector, Assert.Single(Wire.ReadAll(Frame(vector)).Packets)))
        .Where(pair => id is null || pair.Item2.Id == id);

    // A frame that was never escaped, escaped.
    private static byte[] Escape(byte[] frame)
        => [0x7E, .. frame[1..^1].SelectMany(value => value == 0x7D ? [0x7D, 0x01] : new[] { value }), 0x7E];

    private static byte[] Frame(JsonElement vector) => Hex.Bytes(vector.GetProperty("hex").GetString()!);

    private static int Word(JsonElement element, string name)
        => int.Parse(element.GetProperty(name).GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Text(JsonElement body, string name) => body.GetProperty(name).GetString()!.Trim('\0');
}
